/** Nodes whose only way to the database is a PgBouncer in transaction mode: what apps, gateways and admins count on holds. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { sendTestEvent } from '../../src/operations/webhook-replays.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { openFeed } from '../gateway/feed-reader.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { basic, exchange, introspect, obtainCode, obtainTokens, post, refresh } from '../support/oauth.ts';
import { noPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { startReceiver } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { actor, addWebhook } from '../support/webhooks.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

describe.skipIf(noPgBouncer)(`nodes behind PgBouncer (${noPgBouncer ?? 'found'})`, () => {
  let direct: TestServer;
  let pooler: PgBouncer;
  let nodes: [TestServer, TestServer];
  const behind = (env: Record<string, string> = {}) =>
    startTestServer({ beside: { ...direct, databaseUrl: pooler.url }, env });
  beforeAll(async () => {
    direct = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
    await addAdmin(direct, 'robot');
    pooler = await startPgBouncer(direct.databaseUrl, { size: 6 });
    const first = await behind();
    nodes = [first, await behind({ ISSUER: first.issuer })];
  });
  afterAll(async () => {
    for (const node of nodes ?? []) await node.stop();
    await pooler?.stop();
    await direct?.stop();
  });

  it('walk a whole flow from the request to the revocation, each step on another node', async () => {
    const [one, two] = nodes;
    const code = await obtainCode(one);
    const { status, body } = await exchange(two, code);
    expect(status).toBe(200);
    const next = await refresh(one, body.refresh_token as string);
    expect([next.status, (await introspect(two, next.body.access_token as string)).body.active]).toEqual([200, true]);
    expect((await post(two, '/oauth/revoke', { token: next.body.refresh_token as string })).status).toBe(200);
    expect((await introspect(one, next.body.access_token as string)).body.active).toBe(false);
    expect((await refresh(one, next.body.refresh_token as string)).body.error).toBe('invalid_grant');
    expect((await exchange(one, code)).body.error).toBe('invalid_grant');
  });

  it('give fifty callers at once the same successor', async () => {
    const tokens = await obtainTokens(nodes[0]);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => refresh(nodes[index % 2] as TestServer, tokens.refresh_token as string)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  it('tell gateways of a revocation', async () => {
    const [one, two] = nodes;
    const { access_token: token } = await obtainTokens(one);
    const { jti } = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
    const entries = async () => {
      const { body } = await feed(two);
      return (body.entries as { value: string }[]).map(({ value }) => value);
    };
    expect(await entries()).not.toContain(jti);
    await post(one, '/oauth/revoke', { token });
    await eventually(entries).toContain(jti);
  });

  it('measure how long a revocation was on its way to the readers of the feed', async () => {
    const [one, two] = nodes;
    const lag = async () => {
      const text = await (await fetch(`${two.metricsOrigin}/metrics`)).text();
      const figure = (what: string) =>
        Number(new RegExp(`^revocation_feed_lag_seconds_${what} (.+)$`, 'm').exec(text)?.[1]);
      return { count: figure('count'), sum: figure('sum') };
    };
    const reader = await openFeed(two.issuer);
    await reader.until(({ events }) => events.some(({ event }) => event === 'heartbeat'));
    const { access_token: token } = await obtainTokens(one);
    const before = await lag();
    const beganMs = performance.now();
    await post(one, '/oauth/revoke', { token });
    await eventually(async () => (await lag()).count).toBeGreaterThan(before.count);
    const after = await lag();
    const seconds = (after.sum - before.sum) / (after.count - before.count);
    expect(seconds).toBeGreaterThan(0);
    // Behind a pooler it may have been there since the last look.
    expect(seconds).toBeLessThan((performance.now() - beganMs) / 1_000 + 5);
    await reader.close();
  });

  it('forget a client that was changed on another node, or by somebody who has no pooler', async () => {
    const [two, one] = nodes;
    const token = await adminToken(two, 'robot');
    const obtain = async () =>
      (await post(one, '/oauth/token', { grant_type: 'client_credentials' }, 'service')).status;
    for (const admin of [two, direct]) {
      expect(await obtain()).toBe(200);
      const began = performance.now();
      const by = await (admin === two ? token : adminToken(direct, 'robot'));
      expect((await change(admin, by, 'disable')).status).toBe(200);
      await eventually(obtain).toBe(401);
      // What nobody announces is cached for half a minute.
      expect(performance.now() - began).toBeLessThan(20_000);
      expect((await change(admin, by, 'enable')).status).toBe(200);
      await eventually(obtain).toBe(200);
    }
  });

  it('cache clients: a token costs no statement', async () => {
    const { database } = await counted();
    expect(database).toBe(0);
  });

  it('seal the audit log, send webhooks, and clean up', async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.stop());
    receiver.answer((response) => void response.writeHead(204).end());
    await addWebhook(direct, 'web', { url: receiver.url });
    await sendTestEvent(direct.db, 'web', actor);
    const delivered = () => rowsOf(direct.db, `SELECT status FROM webhook_deliveries WHERE client_id = 'web'`);
    await eventually(delivered).toEqual([{ status: 'delivered' }]);
    await eventually(() => rowsOf(direct.db, 'SELECT event FROM audit_unsealed')).toEqual([]);
    await direct.db.script(
      "UPDATE node_changes SET at = at - interval '1 hour'; INSERT INTO node_changes (channel, payload) VALUES ('clients', 'new')",
    );
    const vcauth = vcauthIn({ DATABASE_URL: pooler.url, SECRETS: testSecret, ISSUER: 'http://localhost:1' });
    expect(await vcauth.json(['purge'])).toMatchObject({ deleted: { node_changes: expect.any(Number) } });
    expect(await rowsOf(direct.db, 'SELECT payload FROM node_changes')).toEqual([{ payload: 'new' }]);
  });

  it('do not migrate through it: a start and vcauth migrate say what to set, and then do', async () => {
    const empty = await createEmptyDatabase();
    onTestFinished(() => empty.drop());
    const url = new URL(pooler.url);
    url.pathname = new URL(empty.url).pathname;
    const env = { DATABASE_URL: url.href, SECRETS: testSecret, ISSUER: 'http://localhost:1' };
    const refused = await vcauthIn(env)(['migrate']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('set DATABASE_DIRECT_URL')]);
    const beside = { ...direct, databaseUrl: url.href };
    const startOn = (more: Record<string, string>) => startTestServer({ beside, env: more });
    await expect(startOn({})).rejects.toThrow(
      /^This database lacks 0001_initial\.sql, .*\. It is behind a pooler.*DATABASE_DIRECT_URL/,
    );
    const starts = [0, 1, 2].map(() => startOn({ DATABASE_DIRECT_URL: empty.url }));
    const started = await Promise.all(starts);
    for (const node of started) await node.stop();
    const done = await vcauthIn({ ...env, DATABASE_DIRECT_URL: empty.url }).json(['migrate']);
    expect(done).toEqual({ applied: [], durations_ms: {} });
    await (await startOn({})).stop();
  });

  function change(admin: TestServer, token: string, verb: string) {
    return call(admin, `/clients/service/${verb}`, { token, method: 'POST', body: { reason: 'Tried' } });
  }

  async function feed(node: TestServer) {
    const response = await fetch(`${node.issuer}/oauth/revocations`, {
      headers: { authorization: basic('gateway', secrets.gateway as string), accept: 'application/json' },
    });
    return { body: (await response.json()) as { entries?: unknown } };
  }

  async function counted() {
    const read = async () => {
      const text = await (await fetch(`${(nodes[0] as TestServer).metricsOrigin}/metrics`)).text();
      return Number(/^database_statements_total (\d+)/m.exec(text)?.[1]);
    };
    const obtain = () => post(nodes[0], '/oauth/token', { grant_type: 'client_credentials' }, 'service');
    await obtain();
    // The heartbeat and the clean-up may come in between.
    const costs: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const before = await read();
      await obtain();
      costs.push((await read()) - before);
    }
    return { database: Math.min(...costs) };
  }
});

it('an address of PostgreSQL itself that says it is pooled is refused by name', () => {
  const env = { DATABASE_URL: 'postgresql://u:p@h/d', SECRETS: testSecret };
  const read = (more: Record<string, string>) => () => readConfig({ ...env, ...more });
  expect(read({ DATABASE_DIRECT_URL: 'postgresql://u:p@h/d?pooling=transaction' })).toThrow(
    /DATABASE_DIRECT_URL must not/,
  );
  expect(read({ DATABASE_URL: '', DATABASE_DIRECT_URL: 'postgresql://u:p@h/d' })).toThrow(
    /together with DATABASE_DIRECT_URL/,
  );
  expect(read({ DATABASE_URL: 'postgresql://u:p@h/d?pooling=statement' })).toThrow(/use transaction or session/);
  expect(read({ AUTO_MIGRATE: 'no' })).toThrow(/AUTO_MIGRATE must be one of on, off/);
});
