/**
 * The way to another provider and back. What the answer must match (nonce, PKCE verifier) travels sealed in `state`, for one
 * browser and one provider, so that people who never come back leave nothing in the database. The first answer marks it as
 * used, for all nodes.
 */
import { randomBytes } from 'node:crypto';
import type { SignInSecrets } from '../outbound/upstream-client.ts';
import type { Upstreams } from '../outbound/upstreams.ts';
import { type Upstream, type UpstreamIdentity, upstreamSignInSeconds } from '../policy/upstreams.ts';
import { insertArtifact } from '../store/artifacts.ts';
import type { Db } from '../store/database.ts';
import { type Sealer, sha256 } from '../store/sealer.ts';

export interface UpstreamDeps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly upstreams: Upstreams;
}

/** What a sign-in at a provider is for. */
export interface UpstreamVisit {
  /** The uid of the authorization that the person signs in for. */
  readonly interaction?: string | undefined;
  /** The account that the identity is to be connected to; absent for a sign-in. */
  readonly accountId?: string | undefined;
  /** Where our own pages lead afterwards. */
  readonly next?: string | undefined;
  /** The person must show again who they are. */
  readonly askAgain: boolean;
}

interface Kept extends Pick<SignInSecrets, 'nonce' | 'verifier'>, UpstreamVisit {
  /** Epoch milliseconds. */
  readonly began: number;
}

/** Providers and proxies take addresses of a few thousand characters. */
const maxNextChars = 1_000;

const random = (): string => randomBytes(32).toString('base64url');
const contextOf = (name: string, browserSecret: string): string =>
  `upstream sign-in ${name} ${sha256(browserSecret).toString('base64url')}`;

/** Returns the provider's address for the browser with this secret; undefined if there is no such provider. @throws UpstreamError */
export async function beginUpstreamSignIn(
  { sealer, upstreams }: Omit<UpstreamDeps, 'db'>,
  name: string,
  browserSecret: string,
  { next, ...visit }: UpstreamVisit,
): Promise<string | undefined> {
  const client = upstreams.get(name);
  if (!client) return undefined;
  const [nonce, verifier] = [random(), random()];
  const kept: Kept = {
    ...visit,
    next: next !== undefined && next.length <= maxNextChars ? next : undefined,
    nonce,
    verifier,
    began: Date.now(),
  };
  const state = sealer.seal(JSON.stringify(kept), contextOf(name, browserSecret)).toString('base64url');
  return client.authorizationUrl({ state, nonce, verifier }, visit);
}

/** A browser that has come back. */
export interface UpstreamReturn extends UpstreamVisit {
  readonly upstream: Upstream;
  readonly began: number;
  /** Asks the provider who the person is. @throws UpstreamError */
  identity(): Promise<UpstreamIdentity>;
}

/**
 * Takes the sign-in that this answer belongs to. Undefined if it was used, is too old, or was begun in another
 * browser or with another provider: then it stays as it is.
 */
export async function returnFromUpstream(
  { db, sealer, upstreams }: UpstreamDeps,
  name: string,
  browserSecret: string,
  search: string,
): Promise<UpstreamReturn | undefined> {
  const client = upstreams.get(name);
  const [state, ...more] = new URLSearchParams(search).getAll('state');
  if (!client || !state || more.length > 0) return undefined;
  const kept = open(sealer, state, contextOf(name, browserSecret));
  if (!kept || Date.now() > kept.began + upstreamSignInSeconds * 1000 || !(await markUsed(db, state))) return undefined;
  const { nonce, verifier, ...visit } = kept;
  return {
    ...visit,
    upstream: client.upstream,
    identity: () => client.identityFrom(search, { state, nonce, verifier }),
  };
}

function open(sealer: Sealer, state: string, context: string): Kept | undefined {
  const sealed = Buffer.from(state, 'base64url');
  // Other spellings of the same bytes would count as other answers.
  if (sealed.toString('base64url') !== state) return undefined;
  try {
    return JSON.parse(sealer.open(sealed, context).toString());
  } catch {
    // Anything that does not open was not sealed here, or for another browser or provider.
    return undefined;
  }
}

/** Returns false if an answer with this state came before. The mark is kept longer than the state, for nodes with slow clocks. */
function markUsed(db: Db, state: string): Promise<boolean> {
  return insertArtifact(db, {
    model: 'UpstreamAnswer',
    idHash: sha256(state),
    payload: Buffer.alloc(0),
    grantId: null,
    accountId: null,
    lookupHash: null,
    expiresAt: Math.ceil(Date.now() / 1000) + 2 * upstreamSignInSeconds,
  });
}
