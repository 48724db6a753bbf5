/**
 * Replaces the engine's ways of sending an answer to the app. Ours keep the redirect URI exactly as it was registered,
 * or post a form (OAuth 2.0 Form Post Response Mode §2) from our own page. An error waits on a page of ours where
 * hooks/untrusted-redirects says so. The engine registers its response modes in its constructor, and keeps the first of each
 * name.
 */
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Way } from '../../../views/error.ts';
import { handOverPage, handOverScript } from '../../../views/oauth/hand-over.ts';
import { inFragment, inQuery } from '../../policy/answer-addresses.ts';
import { contentSecurityPolicy } from '../../policy/content-security.ts';
import { asDescription } from '../../policy/error-descriptions.ts';
import { clientView } from '../hooks/client-view.ts';
import { renderErrorBefore } from '../hooks/pages.ts';
import type { AsksBefore } from '../hooks/untrusted-redirects.ts';

type ResponseMode = Parameters<Provider['registerResponseMode']>[1];
type Answer = Record<string, unknown>;
/** Makes the way to the app from its redirect URI and the answer. */
type MakeWay = (ctx: KoaContextWithOIDC, uri: string, answer: Answer) => Way | Promise<Way>;

export class ProviderWithPages extends Provider {
  asksBefore: AsksBefore = async () => true;

  override registerResponseMode(name: string, handler: ResponseMode): void {
    const makeWay = ways[name];
    super.registerResponseMode(name, makeWay ? (...given) => this.#send(makeWay, ...given) : handler);
  }

  async #send(makeWay: MakeWay, ctx: KoaContextWithOIDC, uri: string, given: Answer): Promise<void> {
    const answer = standardAnswer(given);
    const way = await makeWay(ctx, uri, answer);
    if (typeof answer.error === 'string' && (await this.asksBefore(ctx, uri))) {
      if (way.fields) acceptPostsFromHere(ctx);
      await renderErrorBefore(ctx, { ...answer, error: answer.error }, way);
    } else if (way.fields) formPost(ctx, way.address, way.fields);
    else leave(ctx, way.address);
  }
}

const ways: Readonly<Record<string, MakeWay>> = {
  query: (_ctx, uri, answer) => ({ address: inQuery(uri, answer) }),
  fragment: (_ctx, uri, answer) => ({ address: inFragment(uri, answer) }),
  form_post: (_ctx, uri, answer) => ({
    address: uri,
    fields: Object.entries(answer).map(([name, value]): [string, string] => [name, String(value)]),
  }),
  jwt: (ctx, uri, answer) => signed('query', ctx, uri, answer),
  'query.jwt': (ctx, uri, answer) => signed('query', ctx, uri, answer),
  'fragment.jwt': (ctx, uri, answer) => signed('fragment', ctx, uri, answer),
  'form_post.jwt': (ctx, uri, answer) => signed('form_post', ctx, uri, answer),
};

/** JARM: the answer is the claims of one JWT, which names issuer, client and end itself. */
async function signed(
  mode: 'query' | 'fragment' | 'form_post',
  ctx: KoaContextWithOIDC,
  uri: string,
  answer: Answer,
): Promise<Way> {
  const token = new ctx.oidc.provider.IdToken({}, { ctx });
  for (const [name, value] of Object.entries(answer)) token.set(name, value);
  return (ways[mode] as MakeWay)(ctx, uri, { response: await token.issue({ use: 'authorization' }) });
}

/**
 * Limits the description to the characters that RFC 6749 §4.1.2.1 allows, and removes `scope`: the engine repeats the
 * wrong scope, but an error has no such parameter.
 */
function standardAnswer(answer: Answer): Answer {
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

function formPost(ctx: KoaContextWithOIDC, action: string, fields: readonly (readonly [string, string])[]): void {
  const client = ctx.oidc.client;
  if (!client) throw new Error('an answer without a client');
  // The page itself works, so the status is 200 even if the form carries an error (§2).
  ctx.status = 200;
  ctx.type = 'html';
  ctx.set('Content-Security-Policy', policy);
  acceptPostsFromHere(ctx);
  ctx.body = handOverPage({ app: clientView(client), action, fields });
}

/** Without a referrer the browser would send `Origin: null`, which many frameworks refuse as forged. */
function acceptPostsFromHere(ctx: KoaContextWithOIDC): void {
  ctx.set('Referrer-Policy', 'strict-origin');
}
