/** Failures of exchanging codes and refresh tokens, and failures of the server itself. */
import { type Row, sentence } from './failure-row.ts';

/** The first row that fits counts. */
export const exchangingFailures: readonly Row[] = [
  [
    'invalid_authorization_details',
    undefined,
    sentence,
    'Send a JSON array of objects with `type` `vibecaas_project`, `actions`, a list of scopes, and, unless all projects are meant, `identifier`, the id of a project. At the token endpoint, name no more than was granted.',
  ],
  [
    'invalid_grant',
    /authorization code (already consumed|.*consumed)|code already/,
    'The code was used twice.',
    'Everything issued from it was ended. Exchange a code once; a reload of the callback page must not send it again.',
  ],
  [
    'invalid_grant',
    /code is expired/,
    'The code was exchanged too late.',
    'Exchange it as soon as it arrives: it is valid for a minute. Look for a queue or a wrong clock in between.',
  ],
  [
    'invalid_grant',
    /signed out since/,
    'The person signed out before the code was exchanged.',
    'There is nothing to do: no ID token was issued for the session that has ended. Ask for a new authorization when they come back.',
  ],
  [
    'invalid_grant',
    /code not found/,
    'There is no such code.',
    'It was never issued here, has expired, or its grant has ended. Check that it is sent completely and decoded once, to the server that issued it.',
  ],
  [
    'invalid_grant',
    /redirect_uri mismatch/,
    '`redirect_uri` is not the one of the authorization request.',
    'Send the same string in both requests, character for character.',
  ],
  [
    'invalid_grant',
    /code_verifier must be provided/,
    '`code_verifier` is missing.',
    'Send the verifier whose hash was the `code_challenge`.',
  ],
  [
    'invalid_grant',
    /code_verifier/,
    'Wrong `code_verifier`.',
    'It does not hash to the `code_challenge` sent at the start. Keep one verifier per attempt; a second tab overwrote it, most likely.',
  ],
  [
    'invalid_grant',
    /refresh token already used|another refresh came first/,
    'A refresh token came back after its successor was used, or after another one had replaced it.',
    'Its whole family was ended, since it may have been stolen. Store the new refresh token before you use its access token, let one process refresh at a time, and never keep a copy. The person must connect again.',
  ],
  [
    'invalid_grant',
    /time that the person chose is over|grant is expired/,
    'The access has ended at the time that the person chose.',
    'Ask for a new authorization, and do not try this token again. `authorization_expires_in` in each token response says when that will be.',
  ],
  [
    'invalid_grant',
    /refresh token (not found|is expired)/,
    'The refresh token is no longer valid.',
    'It expired, was revoked, or the person disconnected the app. Ask for a new authorization, and do not try this token again.',
  ],
  [
    'invalid_grant',
    /client mismatch/,
    'The code or token belongs to another client.',
    'Use the `client_id` that it was issued to. Check for mixed-up environments.',
  ],
  [
    'invalid_grant',
    /jkt|DPoP/i,
    'The token is bound to another DPoP key.',
    'Sign the proof with the key of the first request, and keep it as long as the token.',
  ],
  [
    'invalid_grant',
    undefined,
    sentence,
    'Start a new authorization. If it happens often, look at the detail with the request id.',
  ],
  [
    'unsupported_grant_type',
    undefined,
    'The grant type is not supported.',
    'This server supports `authorization_code`, `refresh_token`, `client_credentials`, `urn:ietf:params:oauth:grant-type:device_code` and token exchange.',
  ],
  [
    'invalid_dpop_proof',
    /iat/,
    'The DPoP proof is too old or from the future.',
    'Set the clock of the machine, and make a new proof for each request.',
  ],
  [
    'invalid_dpop_proof',
    undefined,
    'The DPoP proof does not fit this request.',
    'Its `htm` and `htu` are the method and address of this very request, its `jti` is new, its key is the one of the token.',
  ],
  [
    'server_error',
    undefined,
    'Something here failed.',
    'This is our fault. Send the request again. If it still fails, look in the log for the request id.',
  ],
  [
    'temporarily_unavailable',
    undefined,
    'A service that this server depends on was down, or other refreshes with the same token came first.',
    'Send the request again after `Retry-After`.',
  ],
];
