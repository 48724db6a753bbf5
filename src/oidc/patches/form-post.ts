/**
 * Replaces the engine's ways of sending an answer to the app. Ours keep the redirect URI exactly as it was registered,
 * or post a form (OAuth 2.0 Form Post Response Mode §2) from our own page. The engine registers its response modes in
 * its constructor, and keeps the first of each name.
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
  query: (ctx, uri, answer) => leave(ctx, inQuery(uri, standardAnswer(answer))),
  fragment: (ctx, uri, answer) => leave(ctx, inFragment(uri, standardAnswer(answer))),
  form_post: (ctx, uri, answer) => formPost(ctx, uri, standardAnswer(answer)),
  jwt: (ctx, uri, answer) => signed('query', ctx, uri, answer),
  'query.jwt': (ctx, uri, answer) => signed('query', ctx, uri, answer),
  'fragment.jwt': (ctx, uri, answer) => signed('fragment', ctx, uri, answer),
  'form_post.jwt': (ctx, uri, answer) => signed('form_post', ctx, uri, answer),
};

/** JARM: the answer is the claims of one JWT, which names issuer, client and end itself. */
async function signed(mode: string, ctx: KoaContextWithOIDC, uri: string, answer: Record<string, unknown>) {
  const token = new ctx.oidc.provider.IdToken({}, { ctx });
  for (const [name, value] of Object.entries(standardAnswer(answer))) token.set(name, value);
  await ours[mode]?.(ctx, uri, { response: await token.issue({ use: 'authorization' }) });
}

/**
 * Limits the description to the characters that RFC 6749 §4.1.2.1 allows, and removes `scope`: the engine repeats the
 * wrong scope, but an error has no such parameter.
 */
function standardAnswer(answer: Record<string, unknown>): Record<string, unknown> {
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
  if (!client) throw new Error('an answer without a client');
  // The page itself works, so the status is 200 even if the form carries an error (§2).
  ctx.status = 200;
  ctx.type = 'html';
  ctx.set('Content-Security-Policy', policy);
  // Without a referrer the browser would send `Origin: null`, which many frameworks refuse as forged.
  ctx.set('Referrer-Policy', 'strict-origin');
  const fields = Object.entries(answer).map(([name, value]): [string, string] => [name, String(value)]);
  ctx.body = handOverPage({ app: clientView(client), action: redirectUri, fields });
}
