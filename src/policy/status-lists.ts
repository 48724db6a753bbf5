/**
 * Where access tokens are in Token Status Lists (draft-ietf-oauth-status-list-21). A place is a number; a list has the bits of
 * `placesPerList` places. A run is 64 places that belong to one authorization: a token takes the place in it that its `jti` says,
 * so neither an authorization nor a token needs a statement. What ends the authorization sets all bits of its run.
 */
import { createHash, randomBytes } from 'node:crypto';

/** Below it are the lists. */
export const statusListsPath = '/oauth/status-lists';

const placesPerRun = 64;
export const placesPerList = 2 ** 20;
export const runsPerList = placesPerList / placesPerRun;

export const listOfRun = (run: number): number => Math.floor(run / runsPerList);
export const listOfPlace = (place: number): number => Math.floor(place / placesPerList);

/**
 * How long a verifier may use a list before it asks again, and how long at most if it gets no answer. A list that has not changed
 * is signed again after `resignSeconds`.
 */
export const statusListLife = { ttlSeconds: 30, maxSeconds: 300, resignSeconds: 60 } as const;

const [randomLength, runLength] = [16, 6];
/** Grant ids are base64url, with a run or without. */
const charsWithRun = Math.ceil(((randomLength + runLength) * 8) / 6);

/** Makes the id of a grant, which contains its run if it has one. */
export function newGrantId(run?: number): string {
  const random = randomBytes(randomLength);
  if (run === undefined) return random.toString('base64url');
  const number = Buffer.alloc(runLength);
  number.writeUIntBE(run, 0, runLength);
  return Buffer.concat([random, number]).toString('base64url');
}

/** Returns the run of a grant; undefined if it has none, because it is older than the setting. */
export function runOfGrant(grantId: string): number | undefined {
  if (grantId.length !== charsWithRun) return undefined;
  return Buffer.from(grantId, 'base64url').readUIntBE(randomLength, runLength);
}

/** Returns the place of a token in one of `runs`, of which there is at least one. */
export function placeOf(runs: readonly number[], jti: string): number {
  const slot = createHash('sha256').update(jti).digest().readUInt32BE() % (runs.length * placesPerRun);
  return (runs[Math.floor(slot / placesPerRun)] as number) * placesPerRun + (slot % placesPerRun);
}

/** What a token says of its place. `lists` is the address below which the lists are. */
export function statusClaim(place: number, lists: string): { status_list: { idx: number; uri: string } } {
  const uri = `${lists}/${listOfPlace(place)}`;
  return { status_list: { idx: place % placesPerList, uri } };
}

/** Returns the place that a claim `status` of ours names; undefined for anything else. */
export function placeInClaim(status: unknown): number | undefined {
  const { idx, uri } = (status as { status_list?: { idx?: unknown; uri?: unknown } } | undefined)?.status_list ?? {};
  const list = /\/(\d{1,12})$/.exec(String(uri))?.[1];
  return typeof idx === 'number' && list !== undefined ? Number(list) * placesPerList + idx : undefined;
}

/** Returns the bits of a list: place 0 is the least significant bit of the first byte. */
export function bitsOf(list: number, runs: Iterable<number>, places: Iterable<number>): Buffer {
  const bits = Buffer.alloc(placesPerList / 8);
  for (const run of runs) {
    const at = run - list * runsPerList;
    bits.fill(0xff, (at * placesPerRun) / 8, ((at + 1) * placesPerRun) / 8);
  }
  for (const place of places) {
    const at = place - list * placesPerList;
    bits[at >> 3] = (bits[at >> 3] as number) | (1 << (at & 7));
  }
  return bits;
}
