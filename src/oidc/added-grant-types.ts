/**
 * The grant types that the engine does not have. What answers them is imported with the first request, since most servers never
 * get one.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { jwtBearer } from '../policy/id-jag.ts';
import { tokenExchange } from '../policy/token-exchange.ts';
import type { IdJagDeps } from './id-jag.ts';
import type { ExchangeDeps } from './token-exchange.ts';

const exchangeParameters = [
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'actor_token',
  'actor_token_type',
  'scope',
  'resource',
  'audience',
  'authorization_details',
];

/** A server without an enterprise issuer does not know the grant type of its assertions. */
export function addGrantTypes(provider: Provider, deps: ExchangeDeps & IdJagDeps): void {
  add(provider, tokenExchange, exchangeParameters, ['resource', 'audience'], async () =>
    (await import('./token-exchange.ts')).answerExchange(deps),
  );
  if (deps.enterpriseIssuers.length === 0) return;
  add(provider, jwtBearer, ['assertion', 'scope', 'resource', 'authorization_details'], ['resource'], async () =>
    (await import('./id-jag.ts')).answerAssertion(deps),
  );
}

type Answer = (ctx: KoaContextWithOIDC) => Promise<void>;

function add(
  provider: Provider,
  name: string,
  parameters: readonly string[],
  repeatable: readonly string[],
  load: () => Promise<Answer>,
): void {
  let answer: Answer | undefined;
  const handler = async (ctx: KoaContextWithOIDC) => {
    answer ??= await load();
    await answer(ctx);
  };
  provider.registerGrantType(name, handler, parameters, repeatable);
}
