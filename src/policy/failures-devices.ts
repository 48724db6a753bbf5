/** Failures of the device authorization grant (RFC 8628). The patterns match messages of the engine and of this server. */
import { deviceGrantType } from './device-codes.ts';
import type { Row } from './failure-row.ts';

/** The first row that fits counts. */
export const deviceFailures: readonly Row[] = [
  [
    'slow_down',
    undefined,
    'The device asked again before its interval had passed.',
    'Wait `interval` seconds after each answer, and five seconds more after each `slow_down`, for the rest of this code (RFC 8628 §3.5). Libraries do that by themselves; a loop of your own must count from the answer, not from the request.',
  ],
  [
    'expired_token',
    undefined,
    'Nobody decided within ten minutes, so the code has expired.',
    'Stop asking, and offer the person a button for a new code. Show the code large, with the address and a QR code of `verification_uri_complete`.',
  ],
  [
    'access_denied',
    /did not start this/,
    'The person said that they did not start this.',
    'Nothing to fix if it happens now and then. If people who did start it say so, show them on the device what they will be asked, and by which name.',
  ],
  [
    'invalid_grant',
    /device code (not found|invalid)/,
    'There is no such device code.',
    'Send the `device_code` of the answer, complete, with the `client_id` that asked for it; not the `user_code`. A code that expired more than an hour ago is gone.',
  ],
  [
    'invalid_grant',
    /device code already/,
    'The device code was used twice.',
    'Everything issued from it was ended. Stop asking as soon as there are tokens, and never run two loops for one code.',
  ],
  [
    'unauthorized_client',
    /by a device/,
    'The client is not registered for devices any more.',
    `Register the grant type \`${deviceGrantType}\` again, and start with a new code.`,
  ],
];
