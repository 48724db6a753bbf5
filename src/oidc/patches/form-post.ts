/**
 * How answers leave for the app, in place of the engine's own ways: by the redirect URI exactly as it was registered, or by a
 * form (OAuth 2.0 Form Post Response Mode §2) on a page of ours. The engine registers its response modes while it is
 * constructed, and keeps the first of each name.
 */
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { handOverPage, handOverScript } from '../../../views/oauth/hand-over.ts';
import { inFragment, inQuery } from '../../policy/answer-addresses.ts';
import { contentSecurityPolicy } from '../../policy/content-security.ts';
import { asDescription } from '../../policy/error-descriptions.ts';
import { clientView } from '../hooks/client-view.ts';

type ResponseMode = Parameters<Provider['registerResponseMode']>[1];

export class ProviderWithPages extends Provider {
  override registerResponseMode(name: string, handler: ResponseMode): void {
    super.registerResponseMode(name, ours[name] ?? handler);
  }
}

const ours: Readonly<Record<string, ResponseMode>> = {
  query: (ctx, uri, answer) => leave(ctx, inQuery(uri, told(answer))),
  fragment: (ctx, uri, answer) => leave(ctx, inFragment(uri, told(answer))),
  form_post: (ctx, uri, answer) => formPost(ctx, uri, told(answer)),
};

/** In the characters that a description may have. The engine repeats the scope that was wrong; an error has no such parameter here (RFC 6749 §4.1.2.1). */
function told(answer: Record<string, unknown>): Record<string, unknown> {
  if (!('error' in answer)) return answer;
  const { scope: _, ...error } = answer;
  const { error_description: description } = error;
  return typeof description === 'string' ? { ...error, error_description: asDescription(description) } : error;
}

function leave(ctx: KoaContextWithOIDC, address: string): void {
  ctx.status = 303;
  ctx.redirect(address);
}

const policy = contentSecurityPolicy(handOverScript);

function formPost(ctx: KoaContextWithOIDC, redirectUri: string, answer: Record<string, unknown>): void {
  const client = ctx.oidc.client;
  if (!client) throw new Error('an answer for no client');
  // A page that works is 200 also when it carries an error: that is the app's to read (§2).
  ctx.status = 200;
  ctx.type = 'html';
  ctx.set('Content-Security-Policy', policy);
  // Without a referrer the form would say `Origin: null`, which many frameworks refuse as forged.
  ctx.set('Referrer-Policy', 'strict-origin');
  const fields = Object.entries(answer).map(([name, value]): [string, string] => [name, String(value)]);
  ctx.body = handOverPage({ app: clientView(client), action: redirectUri, fields });
}
