/**
 * The way to another provider and back. What the answer must match (nonce, PKCE verifier) waits sealed in the database, under a
 * hash of `state`, and belongs to one browser and one provider.
 */
import { randomBytes } from 'node:crypto';
import type { SignInSecrets } from '../outbound/upstream-client.ts';
import type { Upstreams } from '../outbound/upstreams.ts';
import { type Upstream, type UpstreamIdentity, upstreamSignInSeconds } from '../policy/upstreams.ts';
import type { Db } from '../store/database.ts';
import { type Sealer, sha256 } from '../store/sealer.ts';
import { insertUpstreamSignIn, takeUpstreamSignIn } from '../store/upstream-sign-ins.ts';

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

interface Kept extends Pick<SignInSecrets, 'nonce' | 'verifier'> {
  readonly next?: string | undefined;
  readonly askAgain: boolean;
  /** Epoch milliseconds. */
  readonly began: number;
}

const random = (): string => randomBytes(32).toString('base64url');
const contextOf = (idHash: Buffer): string => `upstream sign-in ${idHash.toString('base64url')}`;

/** Returns the provider's address for the browser with this secret; undefined if there is no such provider. @throws UpstreamError */
export async function beginUpstreamSignIn(
  { db, sealer, upstreams }: UpstreamDeps,
  name: string,
  browserSecret: string,
  { interaction, accountId, next, askAgain }: UpstreamVisit,
): Promise<string | undefined> {
  const client = upstreams.get(name);
  if (!client) return undefined;
  const secrets = { state: random(), nonce: random(), verifier: random() };
  const url = await client.authorizationUrl(secrets, { askAgain });
  const idHash = sha256(secrets.state);
  const { nonce, verifier } = secrets;
  const kept: Kept = { nonce, verifier, next, askAgain, began: Date.now() };
  const row = {
    idHash,
    upstream: name,
    browserHash: sha256(browserSecret),
    interaction: interaction ?? null,
    accountId: accountId ?? null,
    sealed: sealer.seal(JSON.stringify(kept), contextOf(idHash)),
  };
  await insertUpstreamSignIn(db, row, upstreamSignInSeconds);
  return url;
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
 * browser or with another provider.
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
  const idHash = sha256(state);
  const row = await takeUpstreamSignIn(db, { idHash, upstream: name, browserHash: sha256(browserSecret) });
  const opened = row && sealer.openIfKnown(row.sealed, contextOf(idHash));
  if (!opened) return undefined;
  const { nonce, verifier, next, askAgain, began } = JSON.parse(opened.toString()) as Kept;
  return {
    upstream: client.upstream,
    interaction: row.interaction ?? undefined,
    accountId: row.accountId ?? undefined,
    next,
    askAgain,
    began,
    identity: () => client.identityFrom(search, { state, nonce, verifier }),
  };
}
