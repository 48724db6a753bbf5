/**
 * The authorization server's database fails over to a standby while calls pass through the gateway. A standby that is
 * not yet promoted vouches for nothing, and the promoted one has everything.
 */
import { expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { migrate } from '../../src/store/migrate.ts';
import { pingDatabase } from '../../src/store/ping.ts';
import { clusterOf, createPreparedPlace } from '../support/embedded.ts';
import { introspect } from '../support/oauth.ts';
import { addPerson, apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { revoke, sleep, wireTo } from './feed-reader.ts';
import { bearer, eventually, follows, standingClocks, startTestGateway } from './running-gateway.ts';
import { startStandby } from './standby.ts';
import { claimsOf, forgeOf } from './tokens.ts';

it('a failover of the database loses no revocation, and nobody vouches for a token while it lasts', async () => {
  const place = await createPreparedPlace();
  const settings = { fsync: 'off', max_connections: '100' };
  const primary = await startEmbeddedPostgres({ ...place, settings, onLog: () => {} });
  await migrate(primary.url);
  const standby = await startStandby(primary.url, await clusterOf(place));
  const [before, after] = [primary, standby].map(({ url }) => openDatabase({ url, poolSize: 2 })) as [Db, Db];
  const person = await addPerson(before, 'person@example.com');
  for (const [client_id, gateway_resource] of [['gateway', apiResource], ['service']]) {
    const input = { client_id, client_name: client_id, type: 'service', gateway_resource };
    secrets[client_id as string] = (await createClient(before, input as never, { id: 'test' })).clientSecret as string;
  }
  const wire = await wireTo(primary.url);
  const beside = { db: before, databaseUrl: wire.url, person } as TestServer;
  const node = await startTestServer({ beside });
  const clocks = standingClocks();
  const gateway = await startTestGateway(node, {}, { feedClocks: clocks });
  const forge = await forgeOf(node);
  const claims = { tier: 'enterprise', sub: 'service', client_id: 'service', gid: undefined };
  const [live, early, late] = [await forge.token(claims), await forge.token(claims), await forge.token(claims)];
  const revokeBy = (db: Db, token: string) => revoke(db, 'jti', [claimsOf(token).jti as string]);
  const states = () =>
    Promise.all(
      [live, early, late].map(
        async (token) => (await fetch(`${gateway.origin}/v1/projects`, { headers: bearer(token) })).status,
      ),
    );
  const asksStandby = async () => {
    const { status } = await introspect(node, live);
    return status === 503 && /standby/.test(node.logged());
  };

  expect(await states()).toEqual([200, 200, 200]);
  expect(await pingDatabase(after)).toMatchObject({ answers: true, writable: false });
  wire.cut();
  await revokeBy(before, early);
  wire.mend(standby.url);
  expect(await eventually(asksStandby)).toBe(true);
  clocks.sleep(5_000);
  // A heartbeat would come each second.
  await sleep(1_500);
  expect(await follows(gateway)).toBe(false);
  expect(await states()).toEqual([503, 503, 503]);
  await standby.promote();
  await revokeBy(after, late);
  expect(await pingDatabase(after)).toMatchObject({ answers: true, writable: true });
  expect(await eventually(() => follows(gateway))).toBe(true);
  // The list that the gateway follows again may date from the moment before.
  await expect.poll(states).toEqual([200, 401, 401]);

  await gateway.stop();
  await node.stop();
  wire.close();
  await Promise.all([before.close(), after.close()]);
  await primary.stop();
});

type Db = ReturnType<typeof openDatabase>;
