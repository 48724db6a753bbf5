/** Failures of apps that manage their own registration (RFC 7592). The patterns match messages of this server. */
import { type Row, sentence } from './failure-row.ts';

export const registrationTokenProblem = 'This registration token does not manage this client';

/** The first row that fits counts. */
export const registeringFailures: readonly Row[] = [
  [
    'invalid_token',
    /registration token/,
    'The registration token does not manage this app.',
    'Send the `registration_access_token` of the answer to the registration, as `Authorization: Bearer`. It stops working when another installation from the same network registers exactly the same app: both are given this one then, and nobody manages it. Register again to change something.',
  ],
  [
    'access_denied',
    /register themselves/,
    'Apps can’t register themselves here.',
    'Ask the people who run this server to register the app (`DYNAMIC_REGISTRATION=closed` is theirs to change), or use the URL of a document as `client_id`.',
  ],
  [
    'temporarily_unavailable',
    /that nobody uses yet were registered/,
    sentence,
    'Keep the `client_id` of a registration and use it again, rather than registering with each start. Room comes back when people allow apps of this network something, or after a week.',
  ],
  [
    'temporarily_unavailable',
    /can change its registration \d+ times/,
    sentence,
    'Send a change when something changes, not with each start. A `PUT` that changes nothing does not count.',
  ],
  [
    'invalid_redirect_uri',
    // Authorization requests have the same error about one `redirect_uri`.
    /^redirect_uris\b/,
    sentence,
    'Send redirect URIs with https, with http on `localhost`, `127.0.0.1` or `[::1]`, or with a scheme of the app’s own; without fragment, wildcard or user name. Each is compared character by character; only the port of a loopback address is free.',
  ],
  [
    'invalid_client_metadata',
    /client_secret is not|client_id must be/,
    sentence,
    'Send the whole registration, with the `client_id` that was given. A `client_secret`, if it is sent, must be the current one: it can’t be changed in this way.',
  ],
  [
    'invalid_client_metadata',
    undefined,
    sentence,
    'Send the whole registration as a JSON object of at most 64 KB, with the names of RFC 7591 §2. What is left out gets its default.',
  ],
];
