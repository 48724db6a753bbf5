/**
 * Answers that leave by a form (OAuth 2.0 Form Post Response Mode §2), on a page of ours in place of the engine's own.
 * The engine registers its response modes while it is constructed, and keeps the first of each name.
 */
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { handOverPage, handOverScript } from '../../views/hand-over.ts';
import { contentSecurityPolicy } from '../policy/content-security.ts';
import { appView } from './app-view.ts';

type ResponseMode = (ctx: KoaContextWithOIDC, redirectUri: string, answer: Record<string, unknown>) => unknown;

export class ProviderWithPages extends Provider {
  override registerResponseMode(name: string, handler: ResponseMode): void {
    super.registerResponseMode(name, (name === 'form_post' ? formPost : handler) as never);
  }
}

const policy = contentSecurityPolicy(handOverScript);

function formPost(ctx: KoaContextWithOIDC, redirectUri: string, answer: Record<string, unknown>): void {
  const client = ctx.oidc.client;
  if (!client) throw new Error('an answer for no client');
  // A page that works is 200 also when it carries an error: that is the app's to read (§2).
  ctx.status = 200;
  ctx.type = 'html';
  ctx.set('Content-Security-Policy', policy);
  const fields = Object.entries(answer).map(([name, value]): [string, string] => [name, String(value)]);
  ctx.body = handOverPage({ app: appView(client), action: redirectUri, fields });
}
