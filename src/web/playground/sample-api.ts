/** A small sample API for the playground, in the shapes of the real one, behind the check that a gateway makes. */
import Router from '@koa/router';
import { parseScope } from '../../policy/scopes.ts';
import { isTokenLive } from '../../store/token-revocations.ts';
import type { WebDeps } from '../deps.ts';

const projects = [
  { id: 'proj_123abc', name: 'My Project', status: 'active', url: 'https://my-project.vibecaas.app' },
  { id: 'proj_456def', name: 'Side Project', status: 'draft', url: null },
];

export function sampleApi({ config, db, engine }: WebDeps): Router {
  const router = new Router({ prefix: '/playground/api/v1' });
  router.get('/projects', async (ctx) => {
    const meta = { request_id: ctx.state.requestId, timestamp: new Date().toISOString() };
    const refuse = (status: 401 | 403, code: string, message: string, challenge: string) => {
      ctx.status = status;
      ctx.set('WWW-Authenticate', `Bearer ${challenge}`);
      ctx.body = { success: false, error: { code, message }, meta };
    };
    const token = /^Bearer (\S+)$/i.exec(ctx.get('Authorization'))?.[1];
    if (!token) return refuse(401, 'UNAUTHORIZED', 'Send an access token', 'realm="api"');
    const claims = await engine.verifyAccessToken(token);
    const live =
      claims?.aud === config.apiResource &&
      (await isTokenLive(db, { jti: claims.jti, gid: claims.gid, clientId: claims.client_id }));
    if (!live) return refuse(401, 'UNAUTHORIZED', 'The access token is expired or revoked', 'error="invalid_token"');
    if (!parseScope(claims.scope).includes('projects:read')) {
      return refuse(403, 'FORBIDDEN', 'This needs projects:read', 'error="insufficient_scope", scope="projects:read"');
    }
    ctx.body = { success: true, data: projects, meta };
  });
  return router;
}
