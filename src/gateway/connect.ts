/** Protects Express and connect routes: `app.get('/projects', requireScopes(guard, 'projects:read'), handler)`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallerClaims } from './claims.ts';
import type { Guard, RouteRequirements } from './guard.ts';
import { guardedRequest } from './node-request.ts';
import { scopesOfRoute } from './route-requirements.ts';

declare module 'node:http' {
  interface IncomingMessage {
    /** The caller's claims, on a route behind `requireScopes`. */
    token?: CallerClaims;
  }
}

/** Express finds `ip` by its setting `trust proxy`. */
type ConnectRequest = IncomingMessage & {
  originalUrl?: string;
  ip?: string | undefined;
  params?: Record<string, string | undefined>;
};

/** Puts the caller's claims into `request.token`. */
export function requireScopes(guard: Guard, scopes: string | readonly string[], required: RouteRequirements = {}) {
  const needed = scopesOfRoute(scopes, required);
  return (request: ConnectRequest, response: ServerResponse, next: (error?: unknown) => void): void => {
    const place = { target: targetOf(request), address: request.ip ?? request.socket.remoteAddress };
    const { project: name } = required;
    const asked = name === undefined ? required : { ...required, project: request.params?.[name] };
    guard.check(guardedRequest(request, response, place), needed, asked).then((verdict) => {
      if ('claims' in verdict) {
        request.token = verdict.claims;
        return next();
      }
      // A timeout of the API may have answered meanwhile. To write a second head would throw, which nobody here would catch.
      if (response.headersSent) return;
      response.writeHead(verdict.refusal.status, { ...verdict.refusal.headers });
      response.end(JSON.stringify(verdict.refusal.body));
    }, next);
  };
}

/**
 * Serves the document that the guard's challenges name: `app.use(serveMetadata(guard))`, before the routes that need a
 * token.
 */
export function serveMetadata(guard: Guard) {
  return (request: ConnectRequest, response: ServerResponse, next: (error?: unknown) => void): void => {
    const answer = guard.describe(request.method ?? 'GET', targetOf(request));
    if (answer) response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
    else next();
  };
}

function targetOf({ originalUrl, url = '/' }: ConnectRequest): string {
  return originalUrl ?? url;
}
