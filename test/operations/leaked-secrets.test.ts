/** Secrets that were found where others can read them: they end, once, and whoever has to know is told. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../src/operations/accounts.ts';
import type { Actor } from '../../src/operations/actor.ts';
import { createApiKey, revokeApiKey } from '../../src/operations/api-keys.ts';
import { createClient, rotateSecret } from '../../src/operations/clients.ts';
import { type Leak, revokeLeaked } from '../../src/operations/leaked-secrets.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { createRefreshTokens } from '../../src/operations/refresh-token.ts';
import { formatApiKey } from '../../src/policy/api-keys.ts';
import { findSecrets } from '../../src/policy/leaked-secrets.ts';
import { formatSecret } from '../../src/policy/token-format.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { countStatements } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { type Mailbox, startMailbox } from '../support/mailbox.ts';
import { introspect, obtainTokens, refresh, type Tokens } from '../support/oauth.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { redirectUri, secrets, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { actor, addWebhook } from '../support/webhooks.ts';

const place = 'https://github.com/octo/repo/blob/main/.env';
const scanner: Actor = { id: 'system', requestId: 'req_1', ip: '192.0.2.9' };
const sealer = createSealer([testSecret]);
let server: TestServer;
let mailbox: Mailbox;
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startTestServer({ env: { SMTP_URL: mailbox.url, WEBHOOK_DELIVERY: 'off' } });
});
afterAll(async () => {
  await server.stop();
  await mailbox.stop();
});

const leaksIn = (...texts: string[]): Leak[] =>
  findSecrets(texts.join('\n')).map((found) => ({ ...found, places: [place] }));
const report = async (texts: string[], { by = scanner, dryRun = false } = {}) => {
  const results = await revokeLeaked({ db: server.db, sealer }, leaksIn(...texts), by, { dryRun });
  return results.map(({ outcome }) => outcome);
};
const makeKey = (name = 'CI', expiresAt: Date | null = null) =>
  createApiKey(
    server.db,
    server.person.id,
    { name, environment: 'live', scope: ['projects:read'], projects: null, networks: null, expiresAt },
    { id: `account:${server.person.id}` },
  );
let apps = 0;
const makeApp = async (owner_email?: string) => {
  const client_id = `app-${++apps}`;
  const input = { client_id, client_name: `App ${apps}`, type: 'web', client_uri: 'https://app.example' };
  const made = await createClient(server.db, { ...input, redirect_uris: [redirectUri], owner_email } as never, actor);
  return { id: client_id, secret: made.clientSecret as string };
};
let agents = 0;
const registerItself = async () => {
  const document = {
    client_name: `Agent ${++agents}`,
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
  };
  const answer = await fetch(`${server.issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(document),
  });
  return (await answer.json()) as Record<string, string>;
};
const canUse = async (id: string, secret: string) => (await introspectAs(id, secret)) === 200;
const introspectAs = async (id: string, secret: string) => {
  secrets[id] = secret;
  return (await introspect(server, 'x', id)).status;
};
const mailsTo = (email: string) =>
  rowsOf(server.db, `SELECT facts FROM mails WHERE kind = 'secrets_leaked' AND recipient = '${email}' ORDER BY seq`);
const everything = async () =>
  rowsOf(
    server.db,
    `SELECT md5(string_agg(t::text, '' ORDER BY seq)) AS log, (SELECT count(*) FROM mails) AS mails,
    (SELECT count(*) FROM webhook_deliveries) AS events FROM audit_events t`,
  );

describe('a leaked secret ends at once', () => {
  it('an API key, with a mail to its owner and a line in the log', async () => {
    const { key, secret } = await makeKey('Build server');
    expect(await report([`KEY=${secret}`])).toEqual(['revoked']);
    expect((await introspect(server, secret)).body).toEqual({ active: false });
    const [line] = (await auditOf(server.db, `account:${server.person.id}`)).filter(
      ({ action }) => action === 'api_key.leaked',
    );
    const looks_like = `vcs_sk_live_…${secret.slice(-4)}`;
    expect(line).toMatchObject({
      actor: 'system',
      request_id: 'req_1',
      details: { key_id: key.id, looks_like, found_at: [place], ip: '192.0.2.9' },
    });
    // Beside the mail about the new key, in any order.
    await mailbox.next(server.person.email, 2);
    const subject = 'A secret of yours leaked, and has ended';
    const [mail, ...more] = mailbox.to(server.person.email).filter((one) => one.subject === subject);
    if (!mail || more.length > 0) throw new Error('not one mail about the leak');
    for (const text of [mail.text, mail.html]) {
      expect(text).toContain('Build server');
      expect(text).toContain(looks_like);
      expect(text).toContain(place);
    }
    expect(mail.links.at(-1)).toBe(`${server.issuer}/account/api-keys`);
    expect(mail.raw).not.toContain(secret);
  });

  it('a client secret, alone: the other one works on', async () => {
    const { id, secret: old } = await makeApp(server.person.email);
    const { clientSecret: young } = await rotateSecret(server.db, id, { keepOldForDays: 7 }, actor);
    await addWebhook(server, id, { url: 'https://app.example/webhooks' });
    expect([await canUse(id, old), await canUse(id, young)]).toEqual([true, true]);
    expect(await report([old])).toEqual(['revoked']);
    await eventually(() => canUse(id, old)).toBe(false);
    expect(await canUse(id, young)).toBe(true);
    const [event] = await rowsOf(server.db, `SELECT type, body FROM webhook_deliveries WHERE client_id = '${id}'`);
    expect(event?.type).toBe('client.secret_removed');
    expect(JSON.parse(event?.body as string).data).toEqual({ client_id: id, reason: 'leaked' });
    expect((await auditOf(server.db, `client:${id}`)).at(-1)).toMatchObject({
      action: 'client.secret_leaked',
      details: { account: server.person.id, found_at: [place] },
    });
    const [mail] = (await mailsTo(server.person.email)).slice(-1);
    expect(mail?.facts).toMatchObject({ secrets: [{ kind: 'client_secret', client: id, place }] });
    expect(mail?.facts).not.toMatchObject({ secrets: [{ last: true }] });
  });

  it('the last secret of a client too, and the mail says so', async () => {
    const { id, secret } = await makeApp(server.person.email);
    expect(await report([secret])).toEqual(['revoked']);
    await eventually(() => canUse(id, secret)).toBe(false);
    const about = () => mailbox.to(server.person.email).find(({ text }) => text?.includes(secret.slice(-4)));
    await eventually(() => about()).toBeDefined();
    const mail = about() as NonNullable<ReturnType<typeof about>>;
    expect(mail.text).toContain('The app has no other secret.');
    expect(mail.links.at(-1)).toBe(`${server.issuer}/account/your-apps/${id}/secrets`);
  });

  it('of a client without an owner, with a mail to admins', async () => {
    const { id } = await createAccount(
      server.db,
      createPasswords({ maxWaitMs: 600_000 }),
      { email: 'root@example.com', name: 'Root', password: 'a long enough password', role: 'admin' },
      actor,
    );
    const { id: app, secret } = await makeApp();
    expect(await report([secret])).toEqual(['revoked']);
    const mail = await mailbox.next('root@example.com');
    expect(mail.text).toContain('the app has no owner');
    expect(mail.links.at(-1)).toBe(`${server.issuer}/admin/client/${app}/secrets`);
    await server.db.script(`UPDATE accounts SET role = 'user' WHERE id = '${id}'`);
  });

  it('a refresh token, with every token of its connection', async () => {
    const tokens = (await obtainTokens(server, {})) as Required<Tokens>;
    const next = (await refresh(server, tokens.refresh_token)).body as unknown as Required<Tokens>;
    const events = () => rowsOf(server.db, `SELECT body FROM webhook_deliveries WHERE client_id = 'spa' ORDER BY seq`);
    await addWebhook(server, 'spa', { url: 'https://app.example/webhooks' });
    // The one that was replaced and the current one are of one connection.
    expect(await report([tokens.refresh_token, next.refresh_token])).toEqual(['revoked', 'revoked']);
    expect((await refresh(server, next.refresh_token)).body.error).toBe('invalid_grant');
    expect((await introspect(server, next.access_token)).body).toEqual({ active: false });
    const bodies = (await events()).map(({ body }) => JSON.parse(body as string).data);
    expect(bodies).toEqual([
      { client_id: 'spa', sub: server.person.id, reason: 'leaked', grant_id: expect.any(String) },
    ]);
    expect(await report([tokens.refresh_token, next.refresh_token])).toEqual(['ended', 'ended']);
    expect((await auditOf(server.db, `grant:${bodies[0].grant_id}`)).map(({ action }) => action)).toEqual([
      'refresh_token.leaked',
    ]);
  });

  it('a registration token, which manages its client no more', async () => {
    const registered = await registerItself();
    const token = registered.registration_access_token as string;
    const managed = async () =>
      (await fetch(registered.registration_client_uri as string, { headers: { authorization: `Bearer ${token}` } }))
        .status;
    expect(await managed()).toBe(200);
    const { length } = await rowsOf(server.db, 'SELECT FROM mails');
    expect(await report([token])).toEqual(['revoked']);
    expect(await managed()).toBe(401);
    expect(await report([token])).toEqual(['ended']);
    expect(await rowsOf(server.db, 'SELECT FROM mails')).toHaveLength(length);
  });
});

describe('nothing changes', () => {
  it('when a report is repeated', async () => {
    const { secret: key } = await makeKey();
    const { secret } = await makeApp(server.person.email);
    expect(await report([key, secret])).toEqual(['revoked', 'revoked']);
    const before = await everything();
    expect(await report([key, secret])).toEqual(['ended', 'ended']);
    expect(await everything()).toEqual(before);
  });

  it('for what has ended, and for what this server never issued', async () => {
    const { key, secret: revoked } = await makeKey();
    await revokeApiKey(server.db, key.id, actor);
    const { key: short, secret: expired } = await makeKey('Short', new Date(Date.now() + 60_000));
    await server.db.script(`UPDATE api_keys SET expires_at = now() WHERE id = '${short.id}'`);
    const foreign = [
      formatApiKey('live', randomBytes(32)),
      formatSecret('vcs_cs_', randomBytes(33).toString('base64url')),
      formatSecret('vcs_ra_', randomBytes(33).toString('base64url')),
      createRefreshTokens(createSealer(['another secret that is long enough to be one'])).first(),
    ];
    const before = await everything();
    const unknown = foreign.map(() => 'unknown');
    expect(await report([revoked, expired, ...foreign])).toEqual(['ended', 'ended', ...unknown]);
    expect(await everything()).toEqual(before);
  });

  it('when it is only tried', async () => {
    const { secret } = await makeKey();
    const before = await everything();
    expect(await report([secret], { dryRun: true })).toEqual(['works']);
    expect(await everything()).toEqual(before);
    expect((await introspect(server, secret)).body).toMatchObject({ active: true });
  });

  it('for somebody who may not do this', async () => {
    const { secret } = await makeKey();
    const by: Actor = { id: `account:${server.person.id}` };
    await expect(report([secret], { by })).rejects.toMatchObject({ kind: 'forbidden' });
    const weak: Actor = { id: 'client:service', powers: ['clients:write'] };
    await expect(report([secret], { by: weak })).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await introspect(server, secret)).body).toMatchObject({ active: true });
  });
});

describe('many at once', () => {
  it('cost statements by kind and not by number, and one mail', async () => {
    const keys = await Promise.all(Array.from({ length: 30 }, async (_, n) => (await makeKey(`Key ${n}`)).secret));
    const found: string[] = [];
    for (let n = 0; n < 10; n += 1) found.push((await makeApp(server.person.email)).secret);
    const leaks = leaksIn(...keys, ...found);
    const before = (await mailsTo(server.person.email)).length;
    const { result, statements } = await countStatements(server.db, () =>
      revokeLeaked({ db: server.db, sealer }, leaks, scanner),
    );
    expect(new Set(result.map(({ outcome }) => outcome))).toEqual(new Set(['revoked']));
    // Find; keys, secrets; log, other nodes, webhooks, mails.
    expect(statements.filter((text) => !text.includes('mails SET'))).toHaveLength(7);
    const mails = await mailsTo(server.person.email);
    expect(mails.length - before).toBe(1);
    expect(mails.at(-1)?.facts).toMatchObject({ more: 30 });
  });

  it('are looked for a hundred at a time, and each has its answer', async () => {
    const genuine = new Map<number, string>();
    for (const at of [0, 99, 100, 101, 200, 204]) genuine.set(at, (await makeKey(`Key ${at}`)).secret);
    const texts = Array.from({ length: 205 }, (_, n) => genuine.get(n) ?? formatApiKey('live', randomBytes(32)));
    const { result, statements } = await countStatements(server.db, () => report(texts));
    expect(result).toEqual(texts.map((_, n) => (genuine.has(n) ? 'revoked' : 'unknown')));
    expect(statements.filter((text) => text.includes('UNION ALL'))).toHaveLength(3);
  });

  it('of an admin, and of apps without an owner: a mail about each', async () => {
    const email = 'owning-admin@example.com';
    const input = { email, name: 'Root', password: 'a long enough password', role: 'admin' } as const;
    await createAccount(server.db, createPasswords({ maxWaitMs: 600_000 }), input, { ...actor, reason: 'A test.' });
    const gone = 'suspended-admin@example.com';
    await createAccount(
      server.db,
      createPasswords({ maxWaitMs: 600_000 }),
      { ...input, email: gone },
      { ...actor, reason: 'A test.' },
    );
    await server.db.script(`UPDATE accounts SET status = 'suspended' WHERE email = '${gone}'`);
    const [own, orphan] = [await makeApp(email), await makeApp()];
    const reason = 'Seen in a ticket.';
    expect(await report([own.secret, orphan.secret], { by: { ...scanner, reason } })).toEqual(['revoked', 'revoked']);
    const mails = (await mailsTo(email)).map(({ facts }) => facts as { secrets: { client: string }[]; unowned?: true });
    expect(mails.map(({ secrets: [first], unowned }) => [first?.client, unowned])).toEqual([
      [own.id, undefined],
      [orphan.id, true],
    ]);
    expect(await mailsTo(gone)).toEqual([]);
    for (const { id } of [own, orphan]) {
      const line = (await auditOf(server.db, `client:${id}`)).at(-1);
      expect(line).toMatchObject({ action: 'client.secret_leaked', details: { reason } });
    }
    await server.db.script(`UPDATE accounts SET role = 'user' WHERE email IN ('${email}', '${gone}')`);
  });

  it('wait for their owner’s own changes, which never wait for them', async () => {
    const { key, secret } = await makeKey();
    const owner = await server.db.pgPool.connect();
    await owner.query('BEGIN');
    await owner.query('SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE', [server.person.id]);
    const reported = report([secret]);
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%UPDATE api_keys%'`;
    await eventually(async () => (await rowsOf(server.db, waiting)).length).toBe(1);
    await owner.query("SET LOCAL lock_timeout = '3s'");
    await owner.query("UPDATE api_keys SET name = 'Renamed' WHERE id = $1", [key.id]);
    await owner.query('COMMIT');
    owner.release();
    expect(await reported).toEqual(['revoked']);
  });

  it('are reported by two at the same time, and each ends once', async () => {
    const { secret: key } = await makeKey();
    const { secret } = await makeApp(server.person.email);
    const before = (await mailsTo(server.person.email)).length;
    const [one = [], two = []] = await Promise.all([report([key, secret]), report([secret, key])]);
    expect([one[0], two[1]].sort()).toEqual(['ended', 'revoked']);
    expect([one[1], two[0]].sort()).toEqual(['ended', 'revoked']);
    await eventually(async () => (await mailsTo(server.person.email)).length - before).toBeLessThanOrEqual(2);
    const { rows } = await server.db.pgPool.query(
      `SELECT details FROM audit_events WHERE action LIKE '%leaked' AND details ->> 'looks_like' IN ($1, $2)`,
      [`vcs_sk_live_…${key.slice(-4)}`, `vcs_cs_…${secret.slice(-4)}`],
    );
    expect(rows).toHaveLength(2);
  });

  it('of a registration are reported by several at the same time, and it ends once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const token = (await registerItself()).registration_access_token as string;
      const answers = await Promise.all([token, token, token, token].map((one) => report([one])));
      expect(answers.flat().sort()).toEqual(['ended', 'ended', 'ended', 'revoked']);
    }
  });

  it('of one connection are reported by several at the same time, and it ends once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { refresh_token: token } = (await obtainTokens(server, {})) as Required<Tokens>;
      const { refresh_token: next } = (await refresh(server, token)).body as unknown as Required<Tokens>;
      const answers = await Promise.all([token, next, token, next].map((one) => report([one])));
      expect(answers.flat().sort()).toEqual(['ended', 'ended', 'ended', 'revoked']);
    }
  });
});
