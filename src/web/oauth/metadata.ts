/**
 * The metadata documents (RFC 8414, OpenID Connect Discovery) and the keys. The engine writes each once; then the text
 * is kept until the keys change. Browsers and verifiers may keep it a little while: short enough for a key rotation,
 * long enough to spare a request per call. `offline_access` is accepted and not listed, since some clients ask for
 * everything that is, with a prompt each time; nor are the scopes of the admin API, which no app can be given.
 */
import type { Context, Next } from 'koa';
import type { Engine } from '../../oidc/engine.ts';
import { isAdminScope } from '../../policy/scopes.ts';

const paths = new Set(['/oauth/jwks', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']);

interface Kept {
  readonly text: string;
  readonly type: string;
}

export function publishMetadata(engine: Engine) {
  let keys = engine.keys();
  const kept = new Map<string, Kept>();
  return async (ctx: Context, next: Next): Promise<void> => {
    if (!paths.has(ctx.path)) return next();
    if (keys !== engine.keys()) {
      keys = engine.keys();
      kept.clear();
    }
    const reads = ctx.method === 'GET' || ctx.method === 'HEAD';
    const known = reads ? kept.get(ctx.path) : undefined;
    if (known) return answer(ctx, known);
    await next();
    if (ctx.status !== 200 || !reads) return;
    const document = {
      text: textOf(ctx.body),
      type: ctx.response.get('Content-Type') || 'application/json; charset=utf-8',
    };
    kept.set(ctx.path, document);
    answer(ctx, document);
  };
}

function answer(ctx: Context, { text, type }: Kept): void {
  ctx.status = 200;
  ctx.set('Content-Type', type);
  ctx.set('Cache-Control', 'public, max-age=300');
  // Anybody may read it, from any page.
  ctx.set('Access-Control-Allow-Origin', '*');
  ctx.body = text;
}

function textOf(body: unknown): string {
  const document = body as { scopes_supported?: string[] };
  const scopes = document.scopes_supported?.filter((scope) => scope !== 'offline_access' && !isAdminScope(scope));
  return JSON.stringify(scopes ? { ...document, scopes_supported: scopes } : document);
}
