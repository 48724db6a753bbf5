/** An interaction that ended does not come back when a request that read it saves it again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { interactionAdapter } from '../../src/oidc/adapter/interactions.ts';
import { withMemo } from '../../src/oidc/memo.ts';
import { createVault } from '../../src/store/vault.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

const inRequest = (work: () => Promise<unknown>) => withMemo({} as never, work as never);

it('saving what was read is an update, never an insert', async () => {
  const vault = createVault(['a secret that is long enough for a test']);
  const adapter = interactionAdapter({ db: own.database, vault } as never);
  const payload = { kind: 'Interaction', params: {} } as never;
  await inRequest(() => adapter.upsert('one', payload, 60));
  await inRequest(async () => {
    expect(await adapter.find('one')).toBeTruthy();
    // Another request ends it meanwhile.
    await own.database.script('DELETE FROM artifacts');
    await adapter.upsert('one', payload, 60);
  });
  await inRequest(async () => expect(await adapter.find('one')).toBeUndefined());
});
