/** Failures of apps that nobody registered and that an admin has blocked, or not yet allowed. */
import type { Row } from './failure-row.ts';
import { blockedText } from './third-party.ts';

export const thirdPartyFailures: readonly Row[] = [
  [
    'invalid_client',
    new RegExp(blockedText),
    'An admin has blocked this app, or apps that nobody registered are blocked here.',
    'Nothing to fix in the app. Its maker asks whoever runs this server to allow it, or to register it.',
  ],
  [
    'access_denied',
    /has to allow this app first/,
    'An admin has to allow this app before people may. The person was told so.',
    'Nothing to fix in the app. An admin finds the request under Unregistered apps; the person then starts again.',
  ],
  [
    'consent_required',
    /has to allow this app first/,
    'An admin has to allow this app before people may, and `prompt=none` does not allow telling the person.',
    'Start an authorization without `prompt=none`: the person is told what happens next.',
  ],
];
