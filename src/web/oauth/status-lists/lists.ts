/** Makes the signed lists. One is made when it is asked for, and again when its bits have changed or it is a minute old. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { importJWK, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { SigningKey } from '../../../operations/signing-keys.ts';
import { accessTokenAlgorithm } from '../../../policy/signing-algorithms.ts';
import { bitsOf, placesPerList, runsPerList, statusListLife } from '../../../policy/status-lists.ts';
import type { ReadRevoked, Revoked } from './revoked.ts';

interface StatusList {
  readonly token: string;
  readonly etag: string;
}

interface Made extends StatusList {
  /** What the list was made from. */
  readonly of: Revoked;
  readonly bits: string;
  readonly kid: string;
  readonly madeAtMs: number;
}

export interface StatusLists {
  /** Returns the list with this number; undefined if no token can be in it. */
  find(list: number): Promise<StatusList | undefined>;
  count(): Promise<number>;
}

interface ListDeps {
  readonly read: ReadRevoked;
  readonly keys: () => readonly SigningKey[];
  /** The address below which the lists are. */
  readonly address: string;
  readonly issuer: string;
}

const maxKept = 256;

export function createStatusLists(deps: ListDeps): StatusLists {
  const kept = new LRUCache<number, Promise<Made>>({ max: maxKept });
  return {
    async find(list) {
      const revoked = await deps.read();
      if (list >= revoked.lists) return undefined;
      const before = kept.get(list);
      const known = await before?.catch(() => undefined);
      if (known && isCurrent(known, revoked, deps)) return known;
      // Somebody else may have begun meanwhile.
      const under = kept.get(list);
      if (under && under !== before) return under;
      const made = make(deps, list, revoked, known);
      kept.set(list, made);
      return made;
    },
    count: async () => (await deps.read()).lists,
  };
}

const signingKey = ({ keys }: ListDeps): SigningKey => {
  const key = keys().find(({ alg }) => alg === accessTokenAlgorithm);
  if (!key) throw new Error(`a key for ${accessTokenAlgorithm} is missing`);
  return key;
};

const isOld = ({ madeAtMs }: Made): boolean => Date.now() - madeAtMs > statusListLife.resignSeconds * 1000;

const isCurrent = (made: Made, revoked: Revoked, deps: ListDeps): boolean =>
  made.of === revoked && !isOld(made) && made.kid === signingKey(deps).kid;

async function make(deps: ListDeps, list: number, of: Revoked, before: Made | undefined): Promise<Made> {
  const key = signingKey(deps);
  const bits = await compressed(list, of);
  if (before && before.bits === bits && before.kid === key.kid && !isOld(before)) return { ...before, of };
  const madeAtMs = Date.now();
  const nowSeconds = Math.floor(madeAtMs / 1000);
  const claims = {
    iss: deps.issuer,
    sub: `${deps.address}/${list}`,
    iat: nowSeconds,
    exp: nowSeconds + statusListLife.maxSeconds,
    ttl: statusListLife.ttlSeconds,
    status_list: { bits: 1, lst: bits },
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, typ: 'statuslist+jwt', kid: key.kid })
    .sign(await importJWK(key.privateJwk, key.alg));
  const etag = `"${createHash('sha256').update(token).digest('base64url').slice(0, 22)}"`;
  return { token, etag, of, bits, kid: key.kid, madeAtMs };
}

const compress = promisify(deflate as (data: Buffer, options: { level: number }, done: Done) => void);
type Done = (error: Error | null, result: Buffer) => void;

/** The list in which nothing is revoked, which is most of them. */
let untouched: Promise<string> | undefined;

function compressed(list: number, { runs, places }: Revoked): Promise<string> {
  const own = [...runs].filter((run) => Math.floor(run / runsPerList) === list);
  const single = places.filter((place) => Math.floor(place / placesPerList) === list);
  const text = async () => (await compress(bitsOf(list, own, single), { level: 9 })).toString('base64url');
  if (own.length + single.length > 0) return text();
  untouched ??= text();
  return untouched;
}
