/** How often a node makes status lists, whoever asks, and from when on a list exists. */
import { inflateSync } from 'node:zlib';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadOrCreateKeyRing, type SigningKey } from '../../../src/operations/signing-keys.ts';
import { newGrantId, runsPerList } from '../../../src/policy/status-lists.ts';
import { createStatusLists, type StatusLists } from '../../../src/web/oauth/status-lists/lists.ts';
import { createRevokedReader } from '../../../src/web/oauth/status-lists/revoked.ts';
import { countStatements, createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { standardName } from '../../support/database-names.ts';
import { until } from '../../support/receiver.ts';
import { sealer } from '../../support/webhooks.ts';

const lists = 40;
let own: TestDatabase;
let keys: readonly SigningKey[];
let made: number[];
let node: StatusLists;
beforeAll(async () => {
  own = await createTestDatabase(standardName);
  keys = (await loadOrCreateKeyRing(own.database, sealer)).published;
  await own.database.script(`SELECT setval('status_list_runs', ${lists * runsPerList - 1})`);
});
afterAll(() => own.drop());
beforeEach(() => {
  made = [];
  node = createNode();
});

const createNode = () =>
  createStatusLists({
    revoked: createRevokedReader(own.database),
    keys: () => keys,
    address: 'https://auth.example/oauth/status-lists',
    issuer: 'https://auth.example',
    onMade: (list) => made.push(list),
  });

async function revokeIn(...numbers: number[]): Promise<void> {
  const ids = numbers.map((list) => newGrantId(list * runsPerList + Math.floor(Math.random() * runsPerList)));
  await own.database.script(`SELECT revoke_token('gid', ARRAY['${ids.join("','")}'], now() + interval '1 hour')`);
}
const onesIn = async (list: number) => {
  const { lst } = decodeJwt((await node.find(list))?.token as string).status_list as { lst: string };
  return inflateSync(Buffer.from(lst, 'base64url')).filter((byte) => byte === 0xff).length / 8;
};

it('a list is made once for all who ask at a time, and again when something in it has changed', async () => {
  await revokeIn(0, 1);
  const all = await Promise.all(Array.from({ length: 50 }, (_, n) => node.find(n % 2)));
  expect(new Set(all.map((list) => list?.etag)).size).toBe(2);
  expect(made.sort()).toEqual([0, 1]);
  await revokeIn(1);
  await until(async () => (await onesIn(1)) === 2);
  await node.find(0);
  expect(made).toEqual([0, 1, 1]);
});

it('a list whose signature is old is signed again, and its bits are not made again', async () => {
  await revokeIn(2);
  const first = await node.find(2);
  const now = Date.now;
  try {
    Date.now = () => now() + 61_000;
    const second = await node.find(2);
    expect(second?.etag).not.toBe(first?.etag);
  } finally {
    Date.now = now;
  }
  expect(made).toEqual([2]);
});

it('a few lists at a time are made, and callers beyond are told to come back', async () => {
  await revokeIn(...Array.from({ length: lists }, (_, list) => list));
  const all = await Promise.allSettled(Array.from({ length: lists }, (_, list) => node.find(list)));
  const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  expect(made).toHaveLength(16);
  expect(refused).toHaveLength(lists - 16);
  for (const reason of refused) expect(reason).toMatchObject({ kind: 'unavailable' });
});

it('a list that was right a moment ago is answered while too many are being made', async () => {
  await node.find(39);
  await revokeIn(...Array.from({ length: lists }, (_, list) => list));
  // The node has read what is new when one of its lists is another one.
  await until(async () => (await node.find(0).then((list) => list?.token)) !== undefined && made.includes(0));
  made = [];
  await revokeIn(...Array.from({ length: lists }, (_, list) => list));
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  const busy = Array.from({ length: 16 }, (_, list) => node.find(list + 1));
  expect(await node.find(39)).toBeDefined();
  expect(made).not.toContain(39);
  await Promise.all(busy);
});

it('a list exists as soon as a run of it was taken, and those who ask for others share a statement', async () => {
  const later = lists + 1;
  const other = createNode();
  for (const one of [node, other]) expect(await one.find(later)).toBeUndefined();
  const { statements } = await countStatements(own.database, () =>
    Promise.all(Array.from({ length: 100 }, (_, n) => node.find(1_000 + n))),
  );
  expect(statements.length).toBeLessThanOrEqual(2);
  await own.database.script(`SELECT setval('status_list_runs', ${later * runsPerList})`);
  for (const one of [node, other]) {
    expect(await one.find(later)).toBeDefined();
    expect(await one.count()).toBe(later + 1);
  }
});
