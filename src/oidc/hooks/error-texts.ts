/**
 * Explains an error of the authorization endpoint: to the person, who can do little about it, and to the app's
 * developer, who can. The texts repeat only what the request itself said.
 */
import type { DeveloperDetails } from '../../../views/error.ts';
import { redirectDifference } from '../../policy/client/redirect-difference.ts';
import { adviceOn } from '../../policy/failure-advice.ts';

export interface ErrorText {
  readonly title: string;
  /**
   * The title of the browser's tab, if `title` contains the name of an app. A name from outside does not belong there.
   */
  readonly tab?: string;
  readonly lead: string;
  readonly advice: string[];
  readonly developer?: DeveloperDetails;
}

/** Facts about the request: the parts that may be shown again, and the addresses that it is compared with. */
export interface RequestFacts {
  readonly signingOut?: boolean;
  readonly clientId?: string | undefined;
  readonly redirectUri?: string | undefined;
  readonly registeredRedirectUris?: readonly string[] | undefined;
}

/**
 * An interaction that is over, has expired, or belongs to another browser. It may have ended in a code, if somebody
 * pressed Back after Allow.
 */
export const interactionOver: ErrorText = {
  title: 'This page has expired',
  lead: 'It was answered already, waited too long, or belongs to another browser. Opening it again changed nothing.',
  advice: [
    'Go back to the app and start again from there. It will send you here with a fresh request.',
    'If you have allowed the app, that stands: your connected apps show what it may do.',
  ],
};

/** The app's registration has changed since the page was opened, and the app could no longer make this request. */
export const appChanged: ErrorText = {
  title: 'This app may not ask for this any more',
  lead: 'VibeCaaS changed what the app is allowed after this page was opened. Nothing was shared.',
  advice: ['Go back to the app and start again from there. It can ask for what it is still allowed.'],
};

export function engineErrorText(
  out: { error: string; error_description?: string | undefined },
  appName: string | undefined,
  facts: RequestFacts,
): ErrorText {
  const nothingHappened = facts.signingOut
    ? 'Nobody was signed out: if you were signed in here, you still are.'
    : 'Nothing was shared, and nothing in your account changed.';
  if (out.error === 'server_error') {
    return {
      title: 'Something here failed',
      lead: 'This is our fault, not yours and not the app’s.',
      advice: ['Try again in a moment. If it happens again, tell whoever runs this server the request id below.'],
    };
  }
  return {
    title: `${appName ?? 'The app'} sent a request we can’t accept`,
    tab: 'This request can’t go on',
    lead: nothingHappened,
    advice: [
      facts.signingOut
        ? 'You can sign out without the app. If this page comes back, the mistake is in the app: send its developer the request id below.'
        : `Go back to ${appName ?? 'the app'} and try once more. If this page comes back, the mistake is in the app: send its developer the request id below.`,
    ],
    developer: developerDetails(out, facts),
  };
}

function developerDetails(
  { error, error_description: description }: { error: string; error_description?: string | undefined },
  { clientId, redirectUri, registeredRedirectUris = [], signingOut }: RequestFacts,
): DeveloperDetails {
  const { wrong, fix } = adviceOn({
    error,
    description: error === 'invalid_client' && !signingOut ? 'client not found' : description,
    ...(signingOut && { endpoint: 'logout' }),
  });
  if (error === 'invalid_redirect_uri') {
    const client = clientId ? `\`${clientId}\`` : 'this client';
    if (redirectUri === undefined) return { error, wrong: wrong.replace('this client', client), fix };
    const difference = redirectDifference(redirectUri, registeredRedirectUris);
    return { error, wrong: difference.wrong(client), received: redirectUri, fix: difference.fix };
  }
  if (error === 'invalid_client') return { error, wrong, ...(clientId ? { received: clientId } : {}), fix };
  if (signingOut) return { error, wrong, fix };
  return { error, wrong: description ?? 'The request does not follow the protocol.', fix };
}
