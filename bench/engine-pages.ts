/** Minimal sign-in and consent pages, without anti-forgery value, layout and audit. */
import { verify } from '@node-rs/argon2';
import type { Context, Next } from 'koa';
import type { Provider } from 'oidc-provider';
import type { Storage } from './engine-storage.ts';

export function usePages(provider: Provider, storage: Storage): void {
  provider.use(async (ctx: Context, next: Next) => {
    const [, root, , action] = ctx.path.split('/');
    if (root !== 'interaction') return next();
    if (ctx.method === 'GET') ctx.body = await page(provider, ctx);
    else if (action === 'sign-in') await signIn(provider, storage, ctx);
    else await consent(provider, ctx);
  });
}

async function page(provider: Provider, ctx: Context): Promise<string> {
  const { prompt, uid } = await provider.interactionDetails(ctx.req, ctx.res);
  const form =
    prompt.name === 'login'
      ? `<form method="post" action="/interaction/${uid}/sign-in"><input name="email"><input name="password"></form>`
      : `<form method="post" action="/interaction/${uid}/consent"><button name="decision" value="allow">Allow</button></form>`;
  ctx.type = 'html';
  return `<!doctype html><title>Sign in</title>${form}`;
}

async function signIn(provider: Provider, storage: Storage, ctx: Context): Promise<void> {
  const form = await readForm(ctx);
  const person = await storage.findPerson('email', form.get('email') ?? '');
  if (!person || !(await verify(person.password_hash, form.get('password') ?? ''))) ctx.throw(403);
  await finish(provider, ctx, { login: { accountId: person.id } });
}

async function consent(provider: Provider, ctx: Context): Promise<void> {
  await readForm(ctx);
  const { session, params, prompt } = await provider.interactionDetails(ctx.req, ctx.res);
  const grant = new provider.Grant({ accountId: session?.accountId as string, clientId: params.client_id as string });
  const missing = (prompt.details.missingResourceScopes ?? {}) as Record<string, string[]>;
  for (const [resource, scopes] of Object.entries(missing)) grant.addResourceScope(resource, scopes.join(' '));
  const openId = prompt.details.missingOIDCScope as string[] | undefined;
  if (openId) grant.addOIDCScope(openId.join(' '));
  await finish(provider, ctx, { consent: { grantId: await grant.save() } });
}

async function finish(provider: Provider, ctx: Context, result: object): Promise<void> {
  const location = await provider.interactionResult(ctx.req, ctx.res, result as never, {
    mergeWithLastSubmission: true,
  });
  ctx.status = 303;
  ctx.redirect(location);
}

async function readForm(ctx: Context): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
