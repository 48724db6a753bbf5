/** Interactions in the database: they do not come back after their end, and each belongs to one browser. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { interactionAdapter } from '../../src/oidc/adapter/interactions.ts';
import { requestContext, withRequestContext } from '../../src/oidc/request-context.ts';
import { insertInteraction } from '../../src/store/interactions.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

/** Runs `work` in a request of the browser with this secret, or of one without a secret. */
const inRequest = (work: () => Promise<unknown>, browser: string | undefined = 'one') =>
  withRequestContext(
    {} as never,
    (async () => {
      Object.assign(requestContext().cache, { browser, caller: 'network 192.0.2.1' });
      await work();
    }) as never,
  );

const adapter = () =>
  interactionAdapter({ db: own.database, sealer: createSealer(['a secret that is long enough for a test']) } as never);
const payload = { kind: 'Interaction', params: {} } as never;

it('an interaction that was read is saved by an update, never by an insert', async () => {
  await inRequest(() => adapter().upsert('one', payload, 60));
  await inRequest(async () => {
    expect(await adapter().find('one')).toBeTruthy();
    // Another request ends the interaction meanwhile.
    await own.database.script('DELETE FROM artifacts');
    await adapter().upsert('one', payload, 60);
  });
  await inRequest(async () => expect(await adapter().find('one')).toBeUndefined());
});

it('an interaction cannot be found, saved or ended by another browser', async () => {
  await inRequest(() => adapter().upsert('mine', payload, 60));
  await inRequest(async () => {
    expect(await adapter().find('mine')).toBeUndefined();
    await adapter().destroy('mine');
  }, 'another');
  await inRequest(async () => expect(await adapter().find('mine')).toBeTruthy());
});

it('interactions are limited for each caller: the newest are kept, and other callers lose none', async () => {
  const open = (id: string, caller: string, seconds: number) =>
    inRequest(async () => {
      requestContext().cache.caller = caller;
      await adapter().upsert(id, payload, seconds);
    });
  await open('neighbour', 'network 192.0.2.2', 60);
  for (let i = 0; i < 205; i += 1) await open(`flood ${i}`, 'network 192.0.2.3', 60 + i);
  const found = async (id: string) => {
    let interaction: unknown;
    await inRequest(async () => {
      interaction = await adapter().find(id);
    });
    return interaction !== undefined;
  };
  expect([await found('flood 0'), await found('flood 4'), await found('flood 5'), await found('flood 204')]).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(await found('neighbour')).toBe(true);
});

const scansStatement = {
  name: 'scans',
  text: 'SELECT coalesce(sum(idx_scan), 0)::int AS n FROM pg_stat_xact_user_tables',
};

it('room is made by one scan of the owner’s index, also if the planner believes that the table is empty', async () => {
  const fill = `INSERT INTO artifacts (model, id_hash, payload, expires_at, owner)
    SELECT 'Interaction', sha256(n::text::bytea), '', now() + interval '1 hour', sha256('other') FROM generate_series(1, 2000) n`;
  // The pages remain, and there are statistics that say that they are empty.
  await own.database.script(`TRUNCATE artifacts; ${fill}; DELETE FROM artifacts; ANALYZE artifacts; ${fill}`);
  await own.database.transaction(async (db) => {
    const interaction = {
      idHash: Buffer.alloc(32),
      payload: Buffer.alloc(1),
      accountId: null,
      sessionUid: null,
      clientId: null,
    };
    const scans = async () => (await db.run<{ n: number }>(scansStatement, []))[0]?.n as number;
    const before = await scans();
    await insertInteraction(db, { ...interaction, expiresAt: Date.now() / 1000 + 60, owner: 'somebody', limit: 200 });
    expect((await scans()) - before).toBeLessThan(5);
  });
});

it('a browser without a secret has no interaction', async () => {
  await inRequest(async () => {
    Object.assign(requestContext().cache, { browser: undefined });
    await expect(adapter().upsert('nobody', payload, 60)).rejects.toThrow('without a browser');
    expect(await adapter().find('nobody')).toBeUndefined();
    await adapter().destroy('nobody');
  });
});
