/**
 * Makes the signed lists. One is made when it is asked for, and again when its contents have changed; its bits are kept and signed
 * again after a minute. Anybody may ask, so making has bounds: one list at a time, and a quarter of one core.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { importJWK, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../../errors.ts';
import type { SigningKey } from '../../../operations/signing-keys.ts';
import { accessTokenAlgorithm } from '../../../policy/signing-algorithms.ts';
import { bitsOf, runsPerList, statusListLife } from '../../../policy/status-lists.ts';
import type { Revoked, RevokedReader } from './revoked.ts';

interface StatusList {
  readonly token: string;
  readonly etag: string;
}

interface Made extends StatusList {
  readonly version: string;
  readonly bits: string;
  readonly kid: string;
  readonly madeAtMs: number;
  /** When it was compared with what is revoked. */
  currentAtMs: number;
}

export interface StatusLists {
  /** Returns the list with this number; undefined if no token can be in it. @throws AppError unavailable if too many are to be made */
  find(list: number): Promise<StatusList | undefined>;
  count(): Promise<number>;
}

interface ListDeps {
  readonly revoked: RevokedReader;
  readonly keys: () => readonly SigningKey[];
  /** The address below which the lists are. */
  readonly address: string;
  readonly issuer: string;
  /** Told of each list that is compressed, which is the work. */
  readonly onMade?: (list: number) => void;
}

/** A list without revocations has 600 characters, so the lists of a hundred million authorizations fit. */
const maxKeptChars = 64 * 1024 * 1024;
const maxWaiting = 16;
/** After making a list, nothing is made for three times as long as it took: at most this long, for a machine that is busy with other work. */
const [restFactor, maxRestMs] = [3, 120];
/** What takes less was a signature. */
const minWorkMs = 2;

export function createStatusLists(deps: ListDeps): StatusLists {
  const kept = new LRUCache<number, Made>({ maxSize: maxKeptChars, sizeCalculation: ({ token }) => token.length });
  const making = new Map<number, Promise<Made>>();
  const inTurn = createTurns();
  let known = 0;
  let newest: Revoked | undefined;

  async function exists(list: number): Promise<boolean> {
    // A token may be the first one of a list, on another node.
    if (list >= known) known = Math.ceil((await deps.revoked.countRuns()) / runsPerList);
    return list < known;
  }

  function make(list: number): Promise<Made> {
    const under = making.get(list);
    if (under) return under;
    if (making.size >= maxWaiting) throw new AppError('unavailable', 'Too many lists are being made; come back later');
    const made = inTurn(() => makeList(deps, list, newest as Revoked, kept.get(list)))
      .then((one) => {
        kept.set(list, one);
        return one;
      })
      .finally(() => making.delete(list));
    making.set(list, made);
    return made;
  }

  return {
    async find(list) {
      if (!(await exists(list))) return undefined;
      const revoked = await deps.revoked.read();
      newest = revoked;
      const before = kept.get(list);
      if (before && isCurrent(before, revoked.version(list), deps)) {
        before.currentAtMs = Date.now();
        return before;
      }
      const isBusy = making.size >= maxWaiting && !making.has(list);
      // A verifier may use it for as long without asking.
      if (isBusy && before && Date.now() - before.currentAtMs < statusListLife.ttlSeconds * 1000) return before;
      return make(list);
    },
    async count() {
      known = Math.ceil((await deps.revoked.countRuns()) / runsPerList);
      return known;
    },
  };
}

/** Runs one piece of work at a time, with a rest after each that takes long. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let free: Promise<unknown> = Promise.resolve();
  return (work) => {
    let tookMs = 0;
    const mine = free.then(async () => {
      const beganAtMs = performance.now();
      try {
        return await work();
      } finally {
        tookMs = performance.now() - beganAtMs;
      }
    });
    const rest = () => (tookMs < minWorkMs ? undefined : sleep(Math.min(tookMs * restFactor, maxRestMs)));
    free = mine.then(rest, rest);
    return mine;
  };
}

const signingKey = ({ keys }: ListDeps): SigningKey => {
  const key = keys().find(({ alg }) => alg === accessTokenAlgorithm);
  if (!key) throw new Error(`a key for ${accessTokenAlgorithm} is missing`);
  return key;
};

const isOld = ({ madeAtMs }: Made): boolean => Date.now() - madeAtMs > statusListLife.resignSeconds * 1000;

const isCurrent = (made: Made, version: string, deps: ListDeps): boolean =>
  made.version === version && !isOld(made) && made.kid === signingKey(deps).kid;

async function makeList(deps: ListDeps, list: number, revoked: Revoked, before: Made | undefined): Promise<Made> {
  const key = signingKey(deps);
  const version = revoked.version(list);
  const bits = before?.version === version ? before.bits : await compressed(deps, list, revoked);
  const madeAtMs = Date.now();
  if (before && before.bits === bits && before.kid === key.kid && !isOld(before)) {
    return { ...before, version, currentAtMs: madeAtMs };
  }
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
  return { token, etag, version, bits, kid: key.kid, madeAtMs, currentAtMs: madeAtMs };
}

const compress = promisify(deflate as (data: Buffer, options: { level: number }, done: Done) => void);
type Done = (error: Error | null, result: Buffer) => void;

/** The bits of a list in which nothing is revoked, which is most of them. */
let untouched: Promise<string> | undefined;

function compressed({ onMade }: ListDeps, list: number, revoked: Revoked): Promise<string> {
  const { runs, places } = revoked.in(list);
  const text = async () => (await compress(bitsOf(list, runs, places), { level: 9 })).toString('base64url');
  if (runs.length + places.length === 0) {
    untouched ??= text();
    return untouched;
  }
  onMade?.(list);
  return text();
}
