/**
 * What an error of the authorization endpoint means: to the person, who can do little about it, and to the app's
 * developer, who can. Speaks only of what the request itself said.
 */
import type { DeveloperDetails } from '../../views/error.ts';

export interface ErrorText {
  readonly title: string;
  readonly lead: string;
  readonly advice: string[];
  readonly developer?: DeveloperDetails;
}

/** The parts of a request that may be shown again. */
export interface RequestFacts {
  readonly clientId?: string | undefined;
  readonly redirectUri?: string | undefined;
}

/** An interaction that is over, expired, or belongs to another browser. */
export const interactionOver: ErrorText = {
  title: 'This page has had its time',
  lead: 'It was used already, waited too long, or belongs to another browser. Nothing was shared.',
  advice: ['Go back to the app and start again from there. It will send you here with a fresh request.'],
};

export function engineErrorText(
  out: { error: string; error_description?: string | undefined },
  appName: string,
  { clientId, redirectUri }: RequestFacts,
): ErrorText {
  if (out.error === 'server_error') {
    return {
      title: 'Something here failed',
      lead: 'This is our fault, not yours and not the app’s. Nothing was shared.',
      advice: ['Try again in a moment. If it stays, send us the request id below.'],
    };
  }
  return {
    title: `${appName} sent a request we can’t accept`,
    lead: 'Nothing was shared, and nothing in your account changed.',
    advice: [
      `Go back to ${appName} and try once more. If this page comes back, the mistake is in the app: send its developer the request id below.`,
    ],
    developer: developerDetails(out, { clientId, redirectUri }),
  };
}

function developerDetails(
  { error, error_description: description }: { error: string; error_description?: string | undefined },
  { clientId, redirectUri }: RequestFacts,
): DeveloperDetails {
  if (error === 'invalid_redirect_uri') {
    return {
      error,
      wrong: `\`redirect_uri\` is not one of those registered for \`${clientId ?? 'this client'}\`.`,
      ...(redirectUri ? { received: redirectUri } : {}),
      fix: 'Send a registered address, character for character: scheme, host, port, path and the slash at its end all count. Or register this one.',
    };
  }
  if (error === 'invalid_client') {
    return {
      error,
      wrong: 'No active client has this `client_id`.',
      ...(clientId ? { received: clientId } : {}),
      fix: 'Check the `client_id` for typing errors, and that it is registered at this server and not disabled.',
    };
  }
  return {
    error,
    wrong: description ?? 'The request does not follow the protocol.',
    fix: fixes[error] ?? fixes.invalid_request,
  };
}

const fixes: Record<string, string> & { invalid_request: string } = {
  invalid_request:
    'Compare the request with RFC 6749 §4.1.1 and RFC 7636: each parameter once, `code_challenge_method=S256`.',
  invalid_scope: 'Ask for scopes that this client is registered for. `scopes_supported` in the metadata lists all.',
  invalid_target: 'Leave `resource` out, or send the one that `protected_resources` in the metadata names.',
  unsupported_response_type: 'This server knows `response_type=code` only.',
  invalid_request_uri: 'A pushed request works once and for 60 seconds: push a new one for each authorization.',
};
