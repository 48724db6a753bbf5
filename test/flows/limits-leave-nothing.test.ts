/** The limits of failures store nothing about people who cause none, however often they sign in. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { obtainTokens } from '../support/oauth.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { RATE_LIMITS: 'on' } });
});
afterAll(() => server.stop());

it('sign-ins without a failure leave no row in any table of limits', async () => {
  await Promise.all([obtainTokens(server), obtainTokens(server)]);
  await obtainTokens(server);
  for (const table of ['sign_in_limits', 'rate_limits']) {
    expect([table, await rowsOf(server.db, `SELECT * FROM ${table}`)]).toEqual([table, []]);
  }
});
