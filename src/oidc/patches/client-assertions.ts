/**
 * Takes over the authentication of clients by assertions. The engine accepts addresses of endpoints as `aud` of every client
 * and tolerates no difference between clocks, and it knows no tokens of other issuers. It has no hook for any of them: the
 * step is in its lists for each endpoint, which every Provider copies when it is built.
 */
import { createRequire } from 'node:module';
import type { Next } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

type Step = (ctx: KoaContextWithOIDC, next: Next) => Promise<void>;
/** Calls `otherwise` for a request without an assertion, and for one that can't be read. */
type Authentication = (ctx: KoaContextWithOIDC, next: Next, otherwise: Step) => Promise<void>;

const load = createRequire(import.meta.url);
const defaultOf = <T>(path: string): T => (load(`oidc-provider/lib/${path}`) as { default: T }).default;

const authenticate = defaultOf<Step[]>('shared/client_auth.js').at(-1) as Step;
const authentications = new WeakMap<Provider, Authentication>();

const authenticateHere: Step = (ctx, next) => {
  const ours = authentications.get(ctx.oidc.provider);
  return ours ? ours(ctx, next, authenticate) : authenticate(ctx, next);
};

/** Call it before a Provider is built. */
export function takeOverAssertions(): void {
  const stepsOf = defaultOf<(endpoint: string) => Step[]>('actions/authorization/index.js');
  const lists = [
    ...['token', 'introspection', 'revocation'].map((endpoint) => defaultOf<Step[]>(`actions/${endpoint}.js`)),
    ...['pushed_authorization_request', 'device_authorization'].map((endpoint) => stepsOf(endpoint)),
  ];
  for (const steps of lists) {
    const index = steps.indexOf(authenticate);
    if (index >= 0) steps[index] = authenticateHere;
    else if (!steps.includes(authenticateHere))
      throw new Error('the engine does not authenticate clients where it did');
  }
}

export function authenticateBy(provider: Provider, authentication: Authentication): void {
  authentications.set(provider, authentication);
}
