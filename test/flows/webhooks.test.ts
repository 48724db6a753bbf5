/** Webhooks end to end: a real receiver gets events about a client and verifies them with the library. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restoreAccount, setPassword, suspendAccount } from '../../src/operations/accounts.ts';
import { removeSecret } from '../../src/operations/client-secrets.ts';
import { disableClient, enableClient, rotateSecret, updateClient } from '../../src/operations/clients.ts';
import { disconnect, revokeGrant } from '../../src/operations/grants.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { replayDelivery, replayFailed, sendTestEvent } from '../../src/operations/webhook-replays.ts';
import { deleteWebhook, rotateWebhookSecret, setWebhook } from '../../src/operations/webhooks.ts';
import { listClientSecrets } from '../../src/store/client-secrets.ts';
import { signedInAs } from '../support/admin.ts';
import { exchange, obtainCode, obtainTokens, post, refresh } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { downForAnHour, type Receiver, startReceiver, until, verify } from '../support/receiver.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { addPerson, password, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { actor, addWebhook, attemptsOf, deliveriesOf, makeDue, rules, sealer, sendDue } from '../support/webhooks.ts';

let server: TestServer;
let receiver: Receiver;
let secret: string;
beforeAll(async () => {
  server = await startTestServer({ env: { WEBHOOK_DELIVERY: 'off' } });
});
afterAll(() => server.stop());
beforeEach(async () => {
  receiver = await startReceiver();
  await server.db.script('DELETE FROM webhooks');
  secret = await addWebhook(server, 'web', { url: receiver.url });
  return () => receiver.stop();
});

describe('an event is sent', () => {
  const grantOf = async () => {
    await obtainTokens(server, { client_id: 'web' });
    const sql = `SELECT id FROM grants WHERE client_id = 'web' ORDER BY created_at DESC LIMIT 1`;
    return (await rowsOf(server.db, sql))[0]?.id as string;
  };
  const reuse = async () => {
    const code = await obtainCode(server, { client_id: 'web' });
    expect((await exchange(server, code, 'web')).status).toBe(200);
    expect((await exchange(server, code, 'web')).body.error).toBe('invalid_grant');
  };
  const byPerson = async () => {
    const person = newPerson(server.issuer);
    await obtainTokens(server, { client_id: 'web' }, person);
    const page = await person.visit('/account/apps');
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] as string;
    const body = new URLSearchParams({ csrf, client_id: 'web' });
    expect((await person.visit('/account/apps/disconnect', { method: 'POST', body })).status).toBe(200);
  };
  const withSecret = async () => {
    const changes = { token_endpoint_auth_method: 'client_secret_basic', jwks_uri: null } as const;
    return (await updateClient(server.db, 'web', changes, actor)).clientSecret as string;
  };
  const id = () => server.person.id;
  const ofPerson = (reason: string, grant: unknown = null) => ({ sub: id(), reason, grant_id: grant });
  const cases: [string, () => Promise<unknown>, string, () => object][] = [
    ['the person disconnects it', byPerson, 'grant.revoked', () => ofPerson('user')],
    [
      'an admin disconnects it',
      async () => {
        await grantOf();
        await disconnect(server.db, { accountId: id(), clientId: 'web' }, actor);
      },
      'grant.revoked',
      () => ofPerson('admin'),
    ],
    [
      'an admin ends one grant',
      async () => revokeGrant(server.db, await grantOf(), actor),
      'grant.revoked',
      () => ofPerson('admin', expect.any(String)),
    ],
    ['a code is used twice', reuse, 'grant.revoked', () => ofPerson('reuse_detected', expect.any(String))],
    [
      'the account is suspended',
      async () => {
        await grantOf();
        await suspendAccount(server.db, id(), actor);
        await restoreAccount(server.db, id(), actor);
      },
      'grant.revoked',
      () => ofPerson('admin'),
    ],
    [
      'the account gets another password from its owner',
      async () => {
        await grantOf();
        await setPassword(server.db, createPasswords({ maxWaitMs: 600_000 }), id(), password, {
          id: `account:${id()}`,
        });
      },
      'grant.revoked',
      () => ofPerson('user'),
    ],
    [
      'its secret is rolled',
      async () => {
        secrets.web = (await rotateSecret(server.db, 'web', { keepOldForDays: 7 }, actor)).clientSecret;
      },
      'client.secret_rotated',
      () => ({ old_secret_lives_for_days: 7 }),
    ],
    [
      'a secret of it is removed',
      async () => {
        await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
        secrets.web = (await rotateSecret(server.db, 'web', { keepOldForDays: 7 }, actor)).clientSecret;
        await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: true }, actor);
        const [, older] = await listClientSecrets(server.db, 'web');
        await removeSecret(server.db, { clientId: 'web', secretId: older?.id as string }, actor);
      },
      'client.secret_removed',
      () => ({}),
    ],
    [
      'it is changed to authenticate without a secret',
      async () => {
        await updateClient(server.db, 'web', { token_endpoint_auth_method: 'none' }, actor);
        await sendDue(server);
        await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
        secrets.web = await withSecret();
      },
      'client.secret_removed',
      () => ({ token_endpoint_auth_method: 'none' }),
    ],
    [
      'it is changed to authenticate by key',
      async () => {
        const jwks_uri = 'https://app.example/jwks';
        await updateClient(server.db, 'web', { token_endpoint_auth_method: 'private_key_jwt', jwks_uri }, actor);
        await sendDue(server);
        await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
        secrets.web = await withSecret();
      },
      'client.secret_removed',
      () => ({ token_endpoint_auth_method: 'private_key_jwt' }),
    ],
    [
      'it is changed to authenticate with a secret',
      async () => {
        await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
        await updateClient(server.db, 'web', { token_endpoint_auth_method: 'none' }, actor);
        await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: true }, actor);
        secrets.web = await withSecret();
      },
      'client.secret_rotated',
      () => ({ old_secret_lives_for_days: 0, token_endpoint_auth_method: 'client_secret_basic' }),
    ],
    [
      'it is suspended',
      async () => {
        await disableClient(server.db, 'web', actor, 'Tried');
        await sendDue(server);
        await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
        await enableClient(server.db, 'web', actor);
      },
      'client.suspended',
      () => ({}),
    ],
    [
      'the suspension is lifted',
      async () => {
        await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
        await disableClient(server.db, 'web', actor, 'Tried');
        await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: true }, actor);
        await enableClient(server.db, 'web', actor);
      },
      'client.resumed',
      () => ({}),
    ],
  ];

  it.each(cases)('when %s', async (_what, happens, type, data) => {
    await happens();
    await sendDue(server);
    const [first, ...others] = receiver.received;
    expect(others).toEqual([]);
    expect(verify(secret, first as never)).toEqual({
      type,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: { client_id: 'web', ...data() },
    });
    expect(first?.id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(first?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'VibeCaaS-Webhooks/1.0' });
    expect(await deliveriesOf(server, 'web')).toMatchObject([{ status: 'delivered' }]);
    expect(await attemptsOf(server, 'web')).toMatchObject([{ number: 1, status: 204, error: null, response: null }]);
  });

  it('when a refresh token is reused', async () => {
    await addWebhook(server, 'spa', { url: receiver.url });
    const first = (await obtainTokens(server)).refresh_token as string;
    const second = (await refresh(server, first)).body.refresh_token as string;
    await refresh(server, second);
    expect((await refresh(server, first)).body.error).toBe('invalid_grant');
    await sendDue(server);
    const [told] = receiver.received;
    expect(told?.event).toMatchObject({
      type: 'grant.revoked',
      data: { client_id: 'spa', ...ofPerson('reuse_detected', expect.any(String)) },
    });
  });

  it('but not for what the client did itself, other clients, events that were not chosen, or while the webhook is off', async () => {
    await setWebhook({ db: server.db, sealer, rules }, 'web', { events: ['client.suspended'] }, actor);
    await disconnect(server.db, { accountId: id(), clientId: 'web' }, actor);
    await setWebhook({ db: server.db, sealer, rules }, 'web', { events: ['grant.revoked'] }, actor);
    const tokens = await obtainTokens(server, { client_id: 'web' });
    await post(server, '/oauth/revoke', { token: tokens.refresh_token as string }, 'web');
    await obtainTokens(server, { client_id: 'other' });
    await disconnect(server.db, { accountId: id(), clientId: 'other' }, actor);
    await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
    await obtainTokens(server, { client_id: 'web' });
    await disconnect(server.db, { accountId: id(), clientId: 'web' }, actor);
    expect(await deliveriesOf(server, 'web')).toEqual([]);
  });

  it('but not for a change that ends no secret: when the last one had ended before, or is only sent another way', async () => {
    const changes = { token_endpoint_auth_method: 'client_secret_post' } as const;
    await updateClient(server.db, 'web', { ...changes, owner_name: 'Somebody' }, actor);
    await updateClient(server.db, 'web', { token_endpoint_auth_method: 'client_secret_basic' }, actor);
    await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
    for (const { id: secretId } of await listClientSecrets(server.db, 'web')) {
      await removeSecret(server.db, { clientId: 'web', secretId }, actor);
    }
    await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: true }, actor);
    await updateClient(server.db, 'web', { token_endpoint_auth_method: 'none' }, actor);
    expect(await deliveriesOf(server, 'web')).toEqual([]);
    await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
    secrets.web = await withSecret();
  });

  it('but not when its transaction is rolled back', async () => {
    await obtainTokens(server, { client_id: 'web' });
    const undone = server.db.transaction(async (trx) => {
      await disconnect(trx, { accountId: id(), clientId: 'web' }, actor);
      throw new Error('something else failed');
    });
    await expect(undone).rejects.toThrow('something else failed');
    expect(await deliveriesOf(server, 'web')).toEqual([]);
    expect(
      await rowsOf(server.db, `SELECT 1 FROM vcauth_queue.job WHERE name <> 'mails' AND state <> 'completed'`),
    ).toEqual([]);
  });
});

describe('an endpoint that does not accept an event', () => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();
  it.each<[string, number, () => string, number, number]>([
    ['503 and seconds', 503, () => '600', 600, 720],
    ['429 and a date', 429, () => inSeconds(900), 898, 1081],
    ['more than an hour', 503, () => '86400', 3600, 4320],
    ['less than the pause would be', 429, () => '1', 5, 6],
    ['a date that is over', 503, () => inSeconds(-900), 5, 6],
    ['what is neither', 503, () => 'soon', 5, 6],
    ['500, with which it means nothing', 500, () => '600', 5, 6],
  ])('decides within bounds when to try again: %s', async (_what, status, value, minSeconds, maxSeconds) => {
    receiver.answer((response) => void response.writeHead(status, { 'retry-after': value() }).end());
    await sendTestEvent(server.db, 'web', actor);
    await sendDue(server);
    const [pause] = await rowsOf(
      server.db,
      `SELECT extract(epoch FROM d.due_at - a.at)::float8 AS due, extract(epoch FROM j.start_after - a.at)::float8 AS queued,
         extract(epoch FROM clock_timestamp() - a.at)::float8 AS passed
       FROM webhook_deliveries d JOIN webhook_attempts a ON a.delivery = d.seq
         JOIN vcauth_queue.job j ON j.data->>'delivery' = d.seq::text AND j.data->>'attempt' = '1'`,
    );
    for (const seconds of [pause?.due, pause?.queued] as number[]) {
      expect(seconds).toBeGreaterThanOrEqual(minSeconds);
      expect(seconds).toBeLessThanOrEqual(maxSeconds + (pause?.passed as number));
    }
    receiver.answer((response) => void response.writeHead(204).end());
    await sendDue(server);
    expect(receiver.received).toHaveLength(1);
    await makeDue(server, 'web');
    await sendDue(server);
    expect(await deliveriesOf(server, 'web')).toMatchObject([{ status: 'delivered' }]);
    expect(receiver.received).toHaveLength(2);
  });

  it('fails by answering with a redirect, which is not followed', async () => {
    const elsewhere = await startReceiver();
    receiver.answer((response) => void response.writeHead(307, { location: elsewhere.url }).end());
    await sendTestEvent(server.db, 'web', actor);
    await sendDue(server);
    expect(await attemptsOf(server, 'web')).toMatchObject([{ status: 307 }]);
    expect(await deliveriesOf(server, 'web')).toMatchObject([{ status: 'pending' }]);
    expect(elsewhere.received).toEqual([]);
    await elsewhere.stop();
  });

  it('cannot make us read an endless answer', async () => {
    let written = 0;
    receiver.answer((response) => {
      response.writeHead(200);
      const more = () => {
        for (let go = true; go && !response.destroyed; written += 65_536) go = response.write('x'.repeat(65_536));
      };
      response.on('drain', more).on('error', () => {});
      more();
    });
    await sendTestEvent(server.db, 'web', actor);
    await sendDue(server);
    expect(await attemptsOf(server, 'web')).toMatchObject([{ status: 200, response: 'x'.repeat(1000) }]);
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('is turned off at once by 410, and this is recorded', async () => {
    receiver.answer((response) => void response.writeHead(410).end());
    await sendTestEvent(server.db, 'web', actor);
    await sendDue(server);
    expect(await deliveriesOf(server, 'web')).toMatchObject([{ status: 'failed' }]);
    expect(await rowsOf(server.db, 'SELECT enabled, disabled_reason FROM webhooks')).toEqual([
      { enabled: false, disabled_reason: 'gone' },
    ]);
    expect((await auditOf(server.db, 'client:web')).at(-1)).toMatchObject({
      actor: 'system',
      action: 'webhook.disabled',
      details: { reason: 'gone' },
    });
  });

  it('is turned off and recorded after three days of failures, and what failed can be sent again once it works', async () => {
    receiver.answer((response) => void response.writeHead(503).end());
    await sendTestEvent(server.db, 'web', actor);
    for (let attempt = 1; attempt <= 10; attempt++) {
      await sendDue(server);
      expect(await attemptsOf(server, 'web')).toHaveLength(attempt);
      await makeDue(server, 'web');
    }
    const [given] = await deliveriesOf(server, 'web');
    expect(given).toMatchObject({ status: 'failed', attempts: 10, due_at: null });
    const rows = await rowsOf(server.db, 'SELECT enabled, disabled_reason FROM webhooks');
    expect(rows).toEqual([{ enabled: false, disabled_reason: 'failing' }]);
    expect((await auditOf(server.db, 'client:web')).at(-1)).toMatchObject({ action: 'webhook.disabled' });

    await expect(replayFailed(server.db, 'web', new Date(0), actor)).rejects.toThrow('turn it on first');
    await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: true }, actor);
    receiver.answer((response) => void response.writeHead(200).end());
    expect(await replayFailed(server.db, 'web', new Date(Date.now() + 60_000), actor)).toBe(0);
    expect(await replayFailed(server.db, 'web', new Date(0), actor)).toBe(1);
    await sendDue(server);
    expect(await deliveriesOf(server, 'web')).toMatchObject([{ status: 'delivered' }]);
    expect(receiver.received).toHaveLength(11);
    await replayDelivery(server.db, 'web', given?.id as string, actor);
    await sendDue(server);
    expect(receiver.received).toHaveLength(12);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect((await auditOf(server.db, 'client:web')).at(-1)).toMatchObject({ action: 'webhook.replayed' });
  });
});

it('both secrets sign while they overlap, and then the new one alone', async () => {
  const next = await rotateWebhookSecret(server.db, sealer, 'web', { keepOldForHours: 1 }, actor);
  await sendTestEvent(server.db, 'web', actor);
  await sendDue(server);
  const [first] = receiver.received;
  expect(String(first?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  for (const known of [secret, next.secret]) expect(verify(known, first as never)).toBeTruthy();
  await server.db.script(`UPDATE webhook_secrets SET expires_at = now() - interval '1 s' WHERE expires_at IS NOT NULL`);
  await sendTestEvent(server.db, 'web', actor);
  await sendDue(server);
  const [, second] = receiver.received;
  expect(() => verify(secret, second as never)).toThrow('No matching signature');
  expect(verify(next.secret, second as never)).toBeTruthy();
});

it('an account that ends causes one event for each app that had access', async () => {
  await server.db.script(`DELETE FROM webhook_deliveries`);
  const person = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const other = await startReceiver();
  await addWebhook(server, 'other', { url: other.url });
  const browser = await signedInAs(server, person.email);
  for (let device = 0; device < 2; device++) await obtainTokens(server, { client_id: 'web' }, browser);
  await suspendAccount(server.db, person.id, actor);
  await sendDue(server);
  expect(await deliveriesOf(server, 'web')).toMatchObject([{ status: 'delivered' }]);
  expect(receiver.received.map(({ event }) => event.data.sub)).toEqual([person.id]);
  expect(other.received).toEqual([]);
  await other.stop();
});

describe('a node that takes due events from the queue', () => {
  let node: TestServer;
  beforeAll(async () => {
    node = await startTestServer({ beside: server });
  });
  afterAll(() => node.stop());

  it('tries an endpoint again later, with the same id and body, until it accepts the event', async () => {
    receiver.answer(downForAnHour('{"error":"down","api_key":"hunter2"}'));
    await sendTestEvent(server.db, 'web', actor);
    await receiver.waitFor(1);
    await until(async () => (await attemptsOf(server, 'web')).length === 1);
    const [waiting] = await deliveriesOf(server, 'web');
    expect(waiting).toMatchObject({ status: 'pending', attempts: 1 });
    const attempts = await attemptsOf(server, 'web');
    expect(attempts).toMatchObject([{ status: 503, response: '{"error":"down","api_key":"[redacted]"}' }]);
    const [due, tried] = [waiting, attempts[0]] as unknown as [{ due_at: Date }, { at: Date }];
    const pause = (due.due_at.getTime() - tried.at.getTime()) / 1000;
    expect(pause).toBeGreaterThanOrEqual(3600);
    // It counts from the answer, which was some time ago.
    expect(due.due_at.getTime() - Date.now()).toBeLessThanOrEqual(3600 * 1.2 * 1000);
    receiver.answer((response) => void response.writeHead(200).end('thanks'));
    await makeDue(server, 'web');
    const [first, second] = await receiver.waitFor(2);
    expect([second?.id, second?.body]).toEqual([first?.id, first?.body]);
    expect(verify(secret, second as never)).toMatchObject({ type: 'webhook.test' });
    await until(async () => (await deliveriesOf(server, 'web'))[0]?.status === 'delivered');
    expect(await attemptsOf(server, 'web')).toMatchObject([
      { number: 1 },
      { number: 2, status: 200, response: 'thanks' },
    ]);
  });

  it('holds up no client for the dead endpoint of another', async () => {
    receiver.answer(() => {});
    for (let i = 0; i < 20; i++) await sendTestEvent(server.db, 'web', actor);
    const quick = await startReceiver();
    await addWebhook(server, 'other', { url: quick.url });
    await receiver.waitFor(3);
    await sendTestEvent(server.db, 'other', actor);
    await quick.waitFor(1);
    expect(receiver.received).toHaveLength(3);
    await deleteWebhook(server.db, 'web', actor);
    await quick.stop();
  });

  it('metrics show how attempts went and what waits', async () => {
    const figure = async (name: string) => {
      const text = await (await fetch(`${node.metricsOrigin}/metrics`)).text();
      const line = text.split('\n').find((one) => one.startsWith(`${name} `));
      return Number(line?.split(' ')[1]);
    };
    const [delivered, retried] = [
      'webhook_attempts_total{outcome="delivered"}',
      'webhook_attempts_total{outcome="retry"}',
    ];
    const before = [await figure(delivered), await figure(retried)];
    await sendTestEvent(server.db, 'web', actor);
    await receiver.waitFor(1);
    receiver.answer(downForAnHour());
    await sendTestEvent(server.db, 'web', actor);
    await until(async () => (await attemptsOf(server, 'web')).length === 2);
    await until(async () => (await figure(retried)) === Number(before[1]) + 1);
    expect(await figure(delivered)).toBe(Number(before[0]) + 1);
    await setWebhook({ db: server.db, sealer, rules }, 'web', { enabled: false }, actor);
    await server.db.script(`UPDATE webhook_deliveries SET due_at = now() - interval '100 s' WHERE status = 'pending';
    UPDATE vcauth_queue.job SET start_after = now() + interval '1 hour' WHERE state = 'created'`);
    await until(async () => (await figure('webhook_events_waiting')) === 1);
    await until(async () => (await figure('webhook_overdue_seconds')) > 99);
  });

  it('secrets appear nowhere in the database, the audit log or the server’s log', async () => {
    receiver.answer((response, got) => downForAnHour(`I know ${secret}, ${got.headers.host}`)(response, got));
    await sendTestEvent(server.db, 'web', actor);
    await until(async () => (await attemptsOf(server, 'web')).length === 1);
    expect(await attemptsOf(server, 'web')).toMatchObject([
      { response: expect.stringMatching(/^I know whsec_\[redacted\], 127/) },
    ]);
    const bare = secret.slice('whsec_'.length);
    for (const table of ['webhook_secrets', 'webhook_deliveries', 'webhook_attempts', 'audit_events', 'webhooks']) {
      const dump = JSON.stringify(
        await rowsOf(server.db, `SELECT t::text, convert_from(convert_to(t::text, 'UTF8'), 'UTF8') FROM ${table} t`),
      );
      const hex = Buffer.from(bare).toString('hex');
      const raw = Buffer.from(bare, 'base64').toString('hex');
      for (const form of [bare, hex, raw]) expect(dump.includes(form), `${form} in ${table}`).toBe(false);
    }
    expect(node.logged()).toContain('a webhook was tried');
    expect(node.logged()).not.toContain(bare);
  });
});
