/**
 * The metadata documents (RFC 8414, OpenID Connect Discovery) and the keys. The engine writes each document once; the
 * text is then cached until the keys change. Browsers and verifiers may cache it for a little while: short enough for a
 * key rotation, long enough to save a request per call. `offline_access` is accepted but not listed, because some
 * clients ask for everything that is listed, which would prompt each time. The scopes of the admin API are not listed
 * either, because no app can get them.
 */
import type { Context, Next } from 'koa';
import type { Engine } from '../../oidc/engine.ts';
import { isAdminScope } from '../../policy/scopes.ts';

export const metadataPaths: ReadonlySet<string> = new Set([
  '/oauth/jwks',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
]);

interface CachedDocument {
  readonly text: string;
  readonly type: string;
}

export function publishMetadata(engine: Engine) {
  let keys = engine.keys();
  const cached = new Map<string, CachedDocument>();
  return async (ctx: Context, next: Next): Promise<void> => {
    if (!metadataPaths.has(ctx.path)) return next();
    if (keys !== engine.keys()) {
      keys = engine.keys();
      cached.clear();
    }
    const reads = ctx.method === 'GET' || ctx.method === 'HEAD';
    const known = reads ? cached.get(ctx.path) : undefined;
    if (known) return answer(ctx, known);
    await next();
    if (ctx.status !== 200 || !reads) return;
    const document = {
      text: textOf(ctx.body),
      type: ctx.response.get('Content-Type') || 'application/json; charset=utf-8',
    };
    cached.set(ctx.path, document);
    answer(ctx, document);
  };
}

function answer(ctx: Context, { text, type }: CachedDocument): void {
  ctx.status = 200;
  ctx.set('Content-Type', type);
  ctx.set('Cache-Control', 'public, max-age=300');
  // Anybody may read the document, from any page.
  ctx.set('Access-Control-Allow-Origin', '*');
  ctx.body = text;
}

function textOf(body: unknown): string {
  const document = body as { scopes_supported?: string[] };
  const scopes = document.scopes_supported?.filter((scope) => scope !== 'offline_access' && !isAdminScope(scope));
  return JSON.stringify(scopes ? { ...document, scopes_supported: scopes } : document);
}
