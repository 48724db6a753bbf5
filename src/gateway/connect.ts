/** Protects Express and connect routes: `app.get('/projects', requireScopes(guard, 'projects:read', { origin }), handler)`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessTokenClaims } from './claims.ts';
import type { Guard } from './guard.ts';
import { guardedRequest } from './node-request.ts';

/** The caller's claims are in `request.token`. `origin` is the public one: `https://api.vibecaas.com`. */
export function requireScopes(guard: Guard, scopes: string | readonly string[], { origin }: { origin: string }) {
  const needed = [scopes].flat();
  return (
    request: IncomingMessage & { token?: AccessTokenClaims },
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void => {
    guard.check(guardedRequest(request, origin), needed).then((verdict) => {
      if ('claims' in verdict) {
        request.token = verdict.claims;
        return next();
      }
      response.writeHead(verdict.refusal.status, { ...verdict.refusal.headers });
      response.end(JSON.stringify(verdict.refusal.body));
    }, next);
  };
}
