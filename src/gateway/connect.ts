/** Protects Express and connect routes: `app.get('/projects', requireScopes(guard, 'projects:read'), handler)`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessTokenClaims } from './claims.ts';
import type { Guard } from './guard.ts';
import { guardedRequest } from './node-request.ts';

declare module 'node:http' {
  interface IncomingMessage {
    /** Who calls, on a route behind `requireScopes`. */
    token?: AccessTokenClaims;
  }
}

type ConnectRequest = IncomingMessage & { originalUrl?: string };

/** The caller's claims are in `request.token`. */
export function requireScopes(guard: Guard, scopes: string | readonly string[]) {
  const needed = [scopes].flat();
  return (request: ConnectRequest, response: ServerResponse, next: (error?: unknown) => void): void => {
    const target = request.originalUrl ?? request.url ?? '/';
    guard.check(guardedRequest(request, target), needed).then((verdict) => {
      if ('claims' in verdict) {
        request.token = verdict.claims;
        return next();
      }
      response.writeHead(verdict.refusal.status, { ...verdict.refusal.headers });
      response.end(JSON.stringify(verdict.refusal.body));
    }, next);
  };
}
