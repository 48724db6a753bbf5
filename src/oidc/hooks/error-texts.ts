/**
 * Explains an error of the authorization endpoint: to the person, who can do little about it, and to the app's
 * developer, who can. The texts repeat only what the request itself said.
 */
import type { DeveloperDetails } from '../../../views/error.ts';
import { m } from '../../../views/messages/index.ts';
import { documentErrorPrefix } from '../../policy/client/document-ids.ts';
import { redirectDifference } from '../../policy/client/redirect-difference.ts';
import { adviceOn } from '../../policy/failure-advice.ts';
import { blockedText } from '../../policy/third-party.ts';

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

type EngineOut = { error: string; error_description?: string | undefined };

export function engineErrorText(out: EngineOut, appName: string | undefined, facts: RequestFacts): ErrorText {
  const words = m().errors.request;
  if (out.error === 'server_error') return words.failed;
  if (out.error_description === blockedText) {
    const { title, tab, lead, advice } = m().thirdParty.blocked;
    return { title, tab, lead, advice: [advice], developer: developerDetails(out, facts) };
  }
  return {
    title: words.title(appName),
    tab: words.tab,
    lead: facts.signingOut ? words.nobodySignedOut : words.nothingShared,
    advice: [facts.signingOut ? words.signOutWithout : words.tryOnceMore(appName)],
    developer: developerDetails(out, facts),
  };
}

/** The text about an error that goes to `host` only if the person says so. */
export function errorTextBefore(out: EngineOut, appName: string | undefined, host: string): ErrorText {
  const words = m().errors.request;
  if (out.error === 'server_error') return { ...words.failed, advice: [...words.failed.advice, words.goOnOnly(host)] };
  return {
    title: words.asksInVain(appName),
    tab: words.tab,
    lead: words.nothingShared,
    advice: [words.goOnOnly(host)],
    developer: {
      error: out.error,
      wrong: out.error_description ?? 'The request does not follow the protocol.',
      fix: 'The button takes this error to your `redirect_uri`. It goes there by itself for people who are signed in and have allowed your app, and for everybody once VibeCaaS has verified it.',
    },
  };
}

function developerDetails(
  { error, error_description: description }: EngineOut,
  { clientId, redirectUri, registeredRedirectUris = [], signingOut }: RequestFacts,
): DeveloperDetails {
  const isAboutDocument = description?.startsWith(documentErrorPrefix);
  const { wrong, fix } = adviceOn({
    error,
    description:
      error === 'invalid_client' && !signingOut && !isAboutDocument && description !== blockedText
        ? 'client not found'
        : description,
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
