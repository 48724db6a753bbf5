/**
 * Protects handlers that take a Request and return a Response (Hono, Deno, Bun):
 * `app.get('/projects', (c) => protectedBy(guard, 'projects:read', list)(c.req.raw))`.
 */
import type { AuthenticationRequirements } from '../policy/authentication-requirements.ts';
import type { CallerClaims } from './claims.ts';
import type { Guard } from './guard.ts';
import { scopesOfRoute } from './route-requirements.ts';

/** The id of the project that a request is about. */
type ProjectOf = (request: Request) => string | undefined;

type Handler = (request: Request, token: CallerClaims) => Response | Promise<Response>;

/** A Request does not know where it comes from: API keys that are limited to networks need the caller's `address` beside it. */
export function protectedBy(
  guard: Guard,
  scopes: string | readonly string[],
  handler: Handler,
  required: AuthenticationRequirements & { filtered?: boolean; project?: ProjectOf } = {},
): (request: Request, address?: string) => Promise<Response> {
  const needed = scopesOfRoute(scopes, required);
  return async (request, address) => {
    const verdict = await guard.check(
      {
        method: request.method,
        target: targetOf(request),
        authorization: sent(request, 'authorization'),
        dpop: sent(request, 'dpop'),
        address,
      },
      needed,
      { ...required, project: required.project?.(request) },
    );
    if ('claims' in verdict) return handler(request, verdict.claims);
    const { status, headers, body } = verdict.refusal;
    return new Response(JSON.stringify(body), { status, headers: { ...headers } });
  };
}

/**
 * The document that the guard's challenges name, for a request that asks for it: `metadata(request) ?? list(request)`.
 */
export function metadataOf(guard: Guard): (request: Request) => Response | undefined {
  return (request) => {
    const answer = guard.describe(request.method, targetOf(request));
    if (!answer) return undefined;
    const { status, headers, body } = answer;
    return new Response(request.method === 'GET' ? body : null, { status, headers: { ...headers } });
  };
}

function targetOf({ url }: Request): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

/** Repeated headers are joined by a comma, which no token and no proof contains. */
function sent(request: Request, name: string): string[] {
  return request.headers.get(name)?.split(/, */) ?? [];
}
