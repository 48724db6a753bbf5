/**
 * The metadata documents (RFC 8414, OpenID Connect Discovery) and the keys, after the engine has written them: may be
 * kept a little while, short enough for a key rotation and long enough to spare a request per call. `offline_access` is
 * accepted and not listed, since some clients ask for everything that is, with a prompt each time.
 */
import type { Context, Next } from 'koa';

export async function publishMetadata(ctx: Context, next: Next): Promise<void> {
  await next();
  const metadata = ctx.path.startsWith('/.well-known/');
  if (ctx.status !== 200 || !(metadata || ctx.path === '/oauth/jwks')) return;
  ctx.set('Cache-Control', 'public, max-age=300');
  const document = ctx.body as { scopes_supported?: string[] };
  if (!metadata || !document.scopes_supported) return;
  document.scopes_supported = document.scopes_supported.filter((scope) => scope !== 'offline_access');
}
