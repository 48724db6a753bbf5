/** The measured operations. Each prepares what one caller needs and returns the call that it repeats. */
import { firstAuthorization, type Tokens } from './first-authorization.ts';
import { basic, get, json, post } from './http.ts';
import { emailOf, scope } from './scenario.ts';
import type { Variant, VariantName } from './variant.ts';

export interface Operation {
  readonly name: string;
  readonly note: string;
  readonly variants: readonly VariantName[];
  /** Returns the numbers of concurrent callers to measure with, from those that were asked for. */
  callers(asked: readonly number[]): readonly number[];
  /** Calls before the first window, so that code is compiled and caches are filled. Fewer if time runs out. */
  readonly warmUpCalls: number;
  /** Maximum calls in one window. */
  readonly maxCalls: number;
  /** The returned call throws if the answer is wrong. */
  prepare(variant: Variant): Promise<Call>;
}

export type Call = () => Promise<void>;

const engines = ['ours', 'bare', 'naive'] as const;
const all = [...engines, 'node-oauth2-server'] as const;
const many = { callers: (asked: readonly number[]) => asked, warmUpCalls: 4_000, maxCalls: 100_000 };
/** Nothing waits for a database in these, so that more callers only wait for each other. */
const documents = { ...many, callers: (asked: readonly number[]) => asked.slice(0, 1) };

export const operations: readonly Operation[] = [
  {
    name: 'client_credentials',
    note: 'a JWT for a service that authenticates with its secret; node-oauth2-server issues an opaque token',
    variants: all,
    ...many,
    prepare: async (variant) => () => clientCredentials(variant),
  },
  {
    name: 'introspection',
    note: "by a gateway, of a person's access token: ours a JWT; the others an opaque one, since the engine refuses JWTs; each caller asks about one token, so a signature is verified once",
    variants: all,
    ...many,
    async prepare(variant) {
      const { access_token: token } = await authorize(variant, variant.opaqueResource);
      return () => introspect(variant, token);
    },
  },
  {
    name: 'refresh',
    note: 'by a public client; each refresh rotates, each caller has a family of its own; node-oauth2-server issues an opaque access token',
    variants: all,
    ...many,
    prepare: rotating,
  },
  {
    name: 'jwks',
    note: 'GET /oauth/jwks',
    variants: ['ours', 'bare'],
    ...documents,
    prepare: async (variant) => () => document(`${variant.origin}/oauth/jwks`, 'keys'),
  },
  {
    name: 'discovery',
    note: 'GET /.well-known/openid-configuration',
    variants: ['ours', 'bare'],
    ...documents,
    prepare: async (variant) => () => document(`${variant.origin}/.well-known/openid-configuration`, 'issuer'),
  },
  {
    // This comes last, since it uses the remaining time.
    name: 'first authorization',
    note: 'eight requests: link, sign-in page, password, resumed, consent page, consent, resumed, tokens',
    variants: engines,
    callers: (asked) => asked.map((callers) => Math.max(1, Math.round(callers / 2))),
    // The eight requests use so much code that it is compiled only after more than a thousand of them.
    warmUpCalls: 1_500,
    maxCalls: 600,
    prepare: async (variant) => async () => void (await authorize(variant)),
  },
];

async function clientCredentials({ origin, service, issuesJwts }: Variant): Promise<void> {
  const answer = await post(`${origin}/oauth/token`, { grant_type: 'client_credentials', scope }, basic(service));
  const { access_token: token } = json<{ access_token: string }>(answer);
  if (issuesJwts && token.split('.').length !== 3) throw new Error('not a JWT');
}

export async function introspect({ origin, gateway }: Variant, token: string): Promise<void> {
  const answer = await post(`${origin}/oauth/introspect`, { token }, basic(gateway));
  const { active, sub } = json<{ active: boolean; sub?: string }>(answer);
  if (!active || sub === undefined) throw new Error('the token is not active');
}

async function rotating(variant: Variant): Promise<Call> {
  let { refresh_token: token } = await authorize(variant);
  return async () => {
    const form = { grant_type: 'refresh_token', client_id: variant.app, refresh_token: token };
    const answer = await post(`${variant.origin}/oauth/token`, form);
    const tokens = json<{ refresh_token: string; access_token: string }>(answer);
    if (tokens.refresh_token === token) throw new Error('the refresh token was not rotated');
    if (variant.issuesJwts && tokens.access_token.split('.').length !== 3) throw new Error('not a JWT');
    token = tokens.refresh_token;
  };
}

async function document(url: string, member: string): Promise<void> {
  if (json<Record<string, unknown>>(await get(url))[member] === undefined) throw new Error(`${url} has no ${member}`);
}

/** Number of people who have been used, by variant. */
const authorized = new WeakMap<Variant, number>();

function authorize(variant: Variant, resource?: string): Promise<Tokens> {
  const person = (authorized.get(variant) ?? 0) + 1;
  authorized.set(variant, person);
  return variant.signIn?.(emailOf(person)) ?? firstAuthorization(variant, emailOf(person), resource);
}
