/** How many apps may register themselves, which of them are one, and which are removed. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerItself } from '../../src/operations/dynamic-registration.ts';
import { purge } from '../../src/operations/purge.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, obtainTokens } from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { register, registered, sendRegistration } from '../support/registering.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let second: TestServer;
beforeAll(async () => {
  const env = { RATE_LIMITS: 'on', TRUST_PROXY: 'true' };
  server = await startTestServer({ env });
  second = await startTestServer({ beside: server, env });
});
afterAll(async () => {
  await second.stop();
  await server.stop();
});

let made = 0;
/** An app that equals no other one. */
const app = (more: object = {}) => {
  made += 1;
  return {
    client_name: `App ${made}`,
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
    ...more,
  };
};
const there = async (id: string) =>
  (await rowsOf(server.db, `SELECT 1 FROM clients WHERE client_id = '${id}'`)).length === 1;
const count = async (network: string) =>
  (
    await rowsOf(server.db, `SELECT count(*)::integer AS count FROM client_registrations WHERE network = '${network}'`)
  )[0]?.count;

/** Registrations that nobody has used. */
const fill = (network: string, region: string, rows: number) =>
  server.db.pgPool.query(
    `WITH made AS (INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type, registration_type)
      SELECT 'vcs_dynamic_' || md5($1 || n), 'Filled', '{authorization_code}', 'none', 'projects:read', 'web', 'dynamic'
      FROM generate_series(1, $3::integer) n RETURNING client_id)
    INSERT INTO client_registrations (client_id, network, region, scope) SELECT client_id, $1, $2, 'projects:read' FROM made`,
    [network, region, rows],
  );

describe('A flood from one network', () => {
  it('ends at the budget, on two nodes at once, and others are served', async () => {
    await fill('192.0.2.0/24', '192.0.0.0/16', 195);
    const flood = Array.from({ length: 20 }, (_, index) =>
      register(index % 2 ? server : second, app(), { from: `192.0.2.${index}` }),
    );
    const answers = await Promise.all(flood);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(15);
    expect(refused[0]?.headers.get('retry-after')).toBe('3600');
    expect(await count('192.0.2.0/24')).toBe(200);
    expect((await register(server, app(), { from: '192.0.3.1' })).status).toBe(201);
    expect((await register(server, app(), { from: '198.51.100.1' })).status).toBe(201);
  });

  it('and from everywhere ends at a budget for all', async () => {
    const [row] = await rowsOf(
      server.db,
      'SELECT count(*)::integer AS unused FROM client_registrations WHERE used_at IS NULL',
    );
    const limits = [200, 2_000, (row?.unused as number) + 1] as const;
    const from = (ip: string) => registerItself(server.db, app(), { id: 'system', ip }, { limits });
    await from('203.0.113.1');
    await expect(from('100.64.7.1')).rejects.toMatchObject({ kind: 'throttled' });
  });

  it('that uses many addresses of a provider ends at a larger budget', async () => {
    for (let n = 0; n < 10; n += 1) await fill(`10.7.${n}.0/24`, '10.7.0.0/16', 200);
    expect((await register(server, app(), { from: '10.7.200.1' })).status).toBe(429);
    expect((await register(server, app(), { from: '10.8.200.1' })).status).toBe(201);
  });

  it('by IPv6 is counted by what one household and one provider may have', async () => {
    await fill('2001:db8:1:100::/56', '2001:db8::/40', 200);
    expect((await register(server, app(), { from: '2001:db8:1:1ff::9' })).status).toBe(429);
    expect((await register(server, app(), { from: '2001:db8:1:200::9' })).status).toBe(201);
  });

  it('does not count apps that people use', async () => {
    await fill('172.20.1.0/24', '172.20.0.0/16', 199);
    const from = { from: '172.20.1.9' };
    const used = await registered(server, app(), from);
    expect((await register(server, app(), from)).status).toBe(429);
    await obtainTokens(server, { client_id: used.client_id });
    expect((await register(server, app(), from)).status).toBe(201);
  });

  it('leaves nothing behind where it is refused', async () => {
    await fill('172.21.1.0/24', '172.21.0.0/16', 200);
    const before = await rowsOf(server.db, 'SELECT count(*) FROM clients, client_secrets, audit_events');
    const confidential = app({ token_endpoint_auth_method: 'client_secret_basic' });
    expect((await register(server, confidential, { from: '172.21.1.1' })).status).toBe(429);
    expect(await rowsOf(server.db, 'SELECT count(*) FROM clients, client_secrets, audit_events')).toEqual(before);
  });
});

describe('Equal apps', () => {
  const from = { from: '172.22.1.1' };

  it('from one network are one client, which nobody manages any more', async () => {
    const same = app();
    const first = await registered(server, same, from);
    const again = await Promise.all([
      registered(second, { ...same, logo_uri: '' }, { from: '172.22.1.77' }),
      registered(server, same, { from: '172.22.1.78' }),
    ]);
    for (const { client_id: id, registration_access_token: token, registration_client_uri: uri } of again) {
      expect([id, token, uri]).toEqual([first.client_id, undefined, undefined]);
    }
    const { status } = await sendRegistration(first.registration_client_uri as string, undefined, {
      method: 'DELETE',
      token: first.registration_access_token,
    });
    expect([status, await there(first.client_id)]).toEqual([401, true]);
    const events = await rowsOf(
      server.db,
      `SELECT action FROM audit_events WHERE target = 'client:${first.client_id}' ORDER BY seq`,
    );
    expect(events.map(({ action }) => action)).toEqual(['client.created', 'client.shared']);
  });

  it('registered at once at two nodes are one client', async () => {
    const same = app();
    const all = await Promise.all([server, second, server, second].map((node) => registered(node, same, from)));
    expect(new Set(all.map(({ client_id: id }) => id)).size).toBe(1);
    expect(all.filter((one) => 'registration_access_token' in one)).toHaveLength(1);
  });

  it('are not shared from another network, with a secret, or once one was changed', async () => {
    const same = app();
    const first = await registered(server, same, from);
    expect((await registered(server, same, { from: '172.22.2.1' })).client_id).not.toBe(first.client_id);
    const changed = await sendRegistration(
      first.registration_client_uri as string,
      { ...same, client_id: first.client_id, redirect_uris: ['https://evil.example/'] },
      { method: 'PUT', token: first.registration_access_token, ...from },
    );
    expect(changed.status).toBe(200);
    expect((await registered(server, same, from)).client_id).not.toBe(first.client_id);
    const confidential = app({ token_endpoint_auth_method: 'client_secret_post' });
    const [one, two] = [await registered(server, confidential, from), await registered(server, confidential, from)];
    expect(one.client_id).not.toBe(two.client_id);
  });
});

describe('Clean-up', () => {
  const from = { from: '172.23.1.1' };
  const age = (id: string, days: number) =>
    server.db.pgPool.query(
      `UPDATE client_registrations SET created_at = created_at - $2 * interval '1 day', used_at = used_at - $2 * interval '1 day'
        WHERE client_id = $1`,
      [id, days],
    );

  /** The server may write their last use when it is forgotten here, and may be cleaning up itself. */
  async function purgeAsUnused(ids: readonly string[], left: readonly boolean[]): Promise<void> {
    await eventually(async () => {
      await server.db.pgPool.query('DELETE FROM client_uses WHERE client_id = ANY ($1)', [ids]);
      await purge(server.db);
      return Promise.all(ids.map(there));
    }).toEqual(left);
  }

  it('removes an app that nobody used for a week, with an audit event, and no younger one', async () => {
    const [old, young] = [await registered(server, app(), from), await registered(server, app(), from)];
    await age(old.client_id, 8);
    await age(young.client_id, 6);
    // A client with a secret can authenticate, and that does not count.
    await server.db.pgPool.query('INSERT INTO client_uses (client_id, last_used_at) VALUES ($1, now())', [
      old.client_id,
    ]);
    await purge(server.db);
    expect([await there(old.client_id), await there(young.client_id)]).toEqual([false, true]);
    const [event] = await rowsOf(
      server.db,
      `SELECT actor, details FROM audit_events WHERE target = 'client:${old.client_id}' AND action = 'client.deleted'`,
    );
    expect(event).toEqual({ actor: 'system', details: { reason: 'nobody used it within 7 days' } });
  });

  it('removes an app with a consent 90 days after its last use, and none with a live family', async () => {
    const [gone, lives, lately] = [
      await registered(server, app(), from),
      await registered(server, app(), from),
      await registered(server, app(), from),
    ];
    for (const { client_id: id } of [gone, lives, lately]) {
      await obtainTokens(server, { client_id: id });
      await age(id, 400);
    }
    const ended = [gone.client_id, lately.client_id];
    await server.db.pgPool.query('DELETE FROM grants WHERE client_id = ANY ($1)', [ended]);
    const longAgo = [gone.client_id, lives.client_id];
    await server.db.pgPool.query(
      "UPDATE consents SET updated_at = updated_at - interval '91 days' WHERE client_id = ANY ($1)",
      [longAgo],
    );
    await purgeAsUnused(longAgo, [false, true]);
    expect(await there(lately.client_id)).toBe(true);
  });

  it('leaves an app while a person is asked about it, who can still allow it', async () => {
    const { client_id: id } = await registered(server, app(), from);
    const person = newPerson(server.issuer);
    const page = await person.visit(authorizeUrl(server, { client_id: id }));
    const question = await signIn(person, page, server.person.email);
    await age(id, 30);
    await purge(server.db);
    expect(await there(id)).toBe(true);
    expect((await decide(person, question, 'allow')).headers.get('location')).toContain('code=');
  });

  it('leaves an app whose device waits, and one that an admin has suspended', async () => {
    const device = await registered(
      server,
      app({ application_type: 'native', grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] }),
      from,
    );
    const asked = await fetch(`${server.issuer}/oauth/device_authorization`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: device.client_id }),
    });
    expect(asked.status).toBe(200);
    const suspended = await registered(server, app(), from);
    await server.db.pgPool.query("UPDATE clients SET status = 'disabled' WHERE client_id = $1", [suspended.client_id]);
    for (const { client_id: id } of [device, suspended]) await age(id, 30);
    await purge(server.db);
    expect([await there(device.client_id), await there(suspended.client_id)]).toEqual([true, true]);
  });

  it('passes by an app whose consent is in use, without waiting', async () => {
    const { client_id: id } = await registered(server, app(), from);
    await obtainTokens(server, { client_id: id });
    await age(id, 400);
    await server.db.pgPool.query('DELETE FROM grants WHERE client_id = $1', [id]);
    await server.db.pgPool.query('DELETE FROM client_uses WHERE client_id = $1', [id]);
    await server.db.pgPool.query(
      "UPDATE consents SET updated_at = updated_at - interval '91 days' WHERE client_id = $1",
      [id],
    );
    const held = await server.db.pgPool.connect();
    await held.query('BEGIN');
    await held.query('SELECT FROM consents WHERE client_id = $1 FOR SHARE', [id]);
    await purge(server.db);
    expect(await there(id)).toBe(true);
    await held.query('ROLLBACK');
    held.release();
    await purgeAsUnused([id], [false]);
  });
});
