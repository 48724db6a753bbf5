/** Failures of ID tokens sent as hints, and of sign-out. The patterns match messages of the engine. */
import type { Row } from './failure-row.ts';

const useTheRightHint =
  'Send the ID token that this server issued to this `client_id`, unchanged. It may have expired; it is accepted for two weeks after its key was rotated.';

/** The first row that fits counts. */
export const leavingFailures: readonly Row[] = [
  ['invalid_request', /could not decode id_token_hint/, '`id_token_hint` is not a JWT.', useTheRightHint],
  [
    'invalid_request',
    /could not validate id_token_hint/,
    '`id_token_hint` is not an ID token that this server issued to this client.',
    useTheRightHint,
  ],
  [
    'invalid_request',
    /does not match the provided id_token_hint/,
    '`id_token_hint` was issued to another client than `client_id`.',
    'Send the ID token of this client, or leave `client_id` out.',
  ],
  [
    'invalid_client',
    /unrecognized id_token_hint audience/,
    'No active client has the `client_id` in the `aud` of this `id_token_hint`.',
    useTheRightHint,
  ],
  [
    'invalid_request',
    /post_logout_redirect_uri not registered/,
    '`post_logout_redirect_uri` is not registered for this client.',
    'Register this address for use after signing out, or send a registered one, character for character.',
  ],
  [
    'invalid_request',
    /could not find logout details|xsrf/,
    'The confirmation does not belong to a sign-out page that this browser was shown.',
    'Send people to `/oauth/logout`. Only its own page may confirm.',
  ],
];
