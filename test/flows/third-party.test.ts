/** What admins decide about apps that nobody registered: each policy at each stage of an authorization, on two nodes. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createVerifier } from '../../src/gateway/verifier.ts';
import { deleteClient } from '../../src/operations/client-deletion.ts';
import { disableClient, enableClient, updateClient } from '../../src/operations/clients.ts';
import { setRule } from '../../src/operations/third-party.ts';
import { deviceGrantType } from '../../src/policy/device-codes.ts';
import { blockedText } from '../../src/policy/third-party.ts';
import { askByDevice, newDevice, poll, reachConsent } from '../support/devices.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { eventually } from '../support/eventually.ts';
import {
  authorizeUrl,
  callback,
  exchange,
  introspect,
  obtainCode,
  obtainTokens,
  post,
  refresh,
} from '../support/oauth.ts';
import { newPerson, type Page } from '../support/person.ts';
import { auditOf, rowsOf } from '../support/rows.ts';
import { apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addAgent, allow, ask, isQuestion, somebody } from '../support/unregistered.ts';

let host: DocumentHost;
let server: TestServer;
/** Another node. Rules are changed without it, and it reads them from the database. */
let second: TestServer;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
  second = await startTestServer({ beside: server, outbound: host.outbound });
});
afterAll(async () => {
  await second.stop();
  await server.stop();
  await host.stop();
});

const admin = { id: 'test', powers: 'everything' } as const;
const ofHost = { kind: 'host', value: 'agent.example' } as const;
const rule = (clientId: string, policy: 'allow' | 'ask' | 'block' | null) =>
  setRule(server.db, { kind: 'client', value: clientId }, policy, admin, 'Reported as fraud.');
const statusOf = async (clientId: string) =>
  (
    await rowsOf(server.db, `SELECT status, third_party_policy AS policy FROM clients WHERE client_id = '${clientId}'`)
  )[0];
const isWaiting = (page: Page) => page.status === 403 && page.text.includes('value="wait"');
const isBlocked = (page: Page) => page.status === 400 && page.text.includes('does not let this app connect');

/** Each stage: what is there before the block, and what is left of it. */
const stages: [string, (at: TestServer, clientId: string) => Promise<() => Promise<unknown>>, unknown][] = [
  [
    'an authorization request',
    async (at, client_id) => async () => isBlocked(await newPerson(at.issuer).visit(authorizeUrl(at, { client_id }))),
    true,
  ],
  [
    'an open consent page',
    async (at, client_id) => {
      const person = await somebody(at);
      const page = await ask(at, person, { client_id });
      expect(isQuestion(page)).toBe(true);
      return async () =>
        (await person.submit(page, '/consent', { decision: 'allow', duration: '86400' })).status >= 400;
    },
    true,
  ],
  [
    'a code',
    async (at, client_id) => {
      const code = await obtainCode(at, { client_id });
      return async () => (await exchange(at, code, client_id)).body;
    },
    { error: 'invalid_client', error_description: blockedText },
  ],
  [
    'a refresh token',
    async (at, client_id) => {
      const { refresh_token: token } = await obtainTokens(at, { client_id });
      return async () => (await refresh(at, token as string, client_id)).body;
    },
    { error: 'invalid_client', error_description: blockedText },
  ],
  [
    'an access token',
    async (at, client_id) => {
      const { access_token: token } = await obtainTokens(at, { client_id });
      return async () => (await introspect(at, token)).body;
    },
    { active: false },
  ],
  [
    'a pushed request',
    async (at, client_id) => {
      const form = Object.fromEntries(new URL(authorizeUrl(at, { client_id })).searchParams);
      const { body } = await post(at, '/oauth/par', form, client_id);
      const url = new URL('/oauth/authorize', at.issuer);
      url.search = new URLSearchParams({ client_id, request_uri: body.request_uri as string }).toString();
      return async () => isBlocked(await newPerson(at.issuer).visit(url.href));
    },
    true,
  ],
  [
    'a request to push',
    async (at, client_id) => async () =>
      (
        await post(
          at,
          '/oauth/par',
          Object.fromEntries(new URL(authorizeUrl(at, { client_id })).searchParams),
          client_id,
        )
      ).body,
    { error: 'invalid_client', error_description: blockedText },
  ],
];
const kinds: [string, () => Promise<string>][] = [
  ['that registered itself', () => addAgent(server.db, { grant_types: ['authorization_code', 'refresh_token'] })],
  ['that a document describes', async () => host.serve(`${crypto.randomUUID()}.json`)],
];

describe.each(kinds)('A block of an app %s', (_kind, make) => {
  describe.each([
    ['the same node', () => server],
    ['another node', () => second],
  ])('at %s', (_node, node) => {
    it.each(stages)('ends %s', async (_stage, begin, left) => {
      const clientId = await make();
      await obtainTokens(server, { client_id: clientId });
      const go = await begin(node(), clientId);
      await rule(clientId, 'block');
      await eventually(go).toEqual(left);
    });
  });
});

describe('A block', () => {
  it('ends the codes of devices and new requests of devices', async () => {
    const clientId = await addAgent(server.db, {
      type: 'native',
      redirect_uris: [],
      grant_types: [deviceGrantType, 'refresh_token'],
    });
    const { body } = await askByDevice(server, { scope: 'projects:read' }, clientId);
    await rule(clientId, 'block');
    const refused = { error: 'invalid_client', error_description: blockedText };
    await eventually(async () => (await askByDevice(server, { scope: 'projects:read' }, clientId)).body).toEqual(
      refused,
    );
    expect((await poll(server, body.device_code as string, clientId)).body).toEqual(refused);
  });

  it('of a host reaches every app of it, whatever the port, and gateways, and keeps what people allowed', async () => {
    const [one, other] = [host.serve('one.json'), host.serve('other.json')];
    const tokens = [await obtainTokens(server, { client_id: one }), await obtainTokens(second, { client_id: other })];
    const credentials = { clientId: 'gateway', clientSecret: secrets.gateway as string };
    const verifier = createVerifier({ issuer: server.issuer, audience: apiResource, credentials });
    onTestFinished(() => verifier.close());
    await verifier.ready();
    await verifier.verify((tokens[0] as { access_token: string }).access_token);
    const done = await setRule(server.db, { kind: 'host', value: 'AGENT.example.:8443' }, 'block', admin, 'Fraud');
    onTestFinished(async () => void (await setRule(server.db, ofHost, null, admin)));
    expect(done).toMatchObject({ subject: ofHost, policy: 'block' });
    expect(done.clients).toBeGreaterThanOrEqual(2);
    await eventually(() =>
      verifier.verify((tokens[0] as { access_token: string }).access_token).then(
        () => 'accepted',
        (error: Error & { description?: string }) => error.description,
      ),
    ).toBe('The access token was revoked');
    const kept = `SELECT count(*)::int AS n FROM consents WHERE client_id IN ('${one}', '${other}')`;
    expect((await rowsOf(server.db, kept))[0]).toEqual({ n: 2 });
    expect((await auditOf(server.db, 'host:agent.example')).at(-1)).toMatchObject({ action: 'host.policy_changed' });

    const unknown = host.serve('unknown.json');
    const page = await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: unknown }));
    expect([isBlocked(page), host.requests('unknown.json').length]).toEqual([true, 0]);

    await setRule(server.db, ofHost, null, admin);
    expect(await statusOf(one)).toEqual({ status: 'active', policy: null });
    await eventually(async () => {
      const again = await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: unknown }));
      return again.text.includes('current-password');
    }).toBe(true);
    expect((await introspect(server, (tokens[0] as { access_token: string }).access_token)).body).toEqual({
      active: false,
    });
  });

  it('of a host spares the app that has a rule of its own', async () => {
    const [spared, other] = [host.serve('spared.json'), host.serve('not-spared.json')];
    for (const client_id of [spared, other]) await obtainTokens(server, { client_id });
    await rule(spared, 'allow');
    await setRule(server.db, ofHost, 'block', admin, 'Fraud');
    onTestFinished(async () => void (await setRule(server.db, ofHost, null, admin)));
    expect(await statusOf(spared)).toEqual({ status: 'active', policy: 'allow' });
    expect(await statusOf(other)).toEqual({ status: 'blocked', policy: 'block' });
    await rule(spared, null);
    expect(await statusOf(spared)).toEqual({ status: 'blocked', policy: 'block' });
  });

  it('and a suspension do not end each other', async () => {
    const clientId = await addAgent(server.db);
    await disableClient(server.db, clientId, admin, 'Its owner asked.');
    await rule(clientId, 'block');
    expect(await statusOf(clientId)).toEqual({ status: 'disabled', policy: 'block' });
    await expect(enableClient(server.db, clientId, admin)).rejects.toMatchObject({ kind: 'conflict' });
    await rule(clientId, null);
    expect(await statusOf(clientId)).toEqual({ status: 'disabled', policy: null });
    const revoked = `SELECT count(*)::int AS n FROM token_revocation WHERE value = '${clientId}' AND expires_at IS NULL`;
    expect((await rowsOf(server.db, revoked))[0]).toEqual({ n: 1 });
    await enableClient(server.db, clientId, admin);
    expect(await statusOf(clientId)).toEqual({ status: 'active', policy: null });
    await rule(clientId, 'block');
    await expect(enableClient(server.db, clientId, admin)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await statusOf(clientId)).toEqual({ status: 'blocked', policy: 'block' });
  });

  it('and a suspension at the same moment leave the app suspended', async () => {
    for (let n = 0; n < 8; n += 1) {
      const clientId = await addAgent(server.db);
      await Promise.all([rule(clientId, 'block'), disableClient(server.db, clientId, admin, 'Its owner asked.')]);
      expect(await statusOf(clientId)).toEqual({ status: 'disabled', policy: 'block' });
    }
  });

  it('ends the tokens that an app got for itself', async () => {
    const clientId = await addAgent(server.db, {
      type: 'service',
      redirect_uris: [],
      grant_types: ['client_credentials'],
    });
    const { body } = await post(server, '/oauth/token', { grant_type: 'client_credentials' }, clientId);
    const isActive = async () => (await introspect(server, body.access_token as string)).body.active;
    expect(await isActive()).toBe(true);
    await rule(clientId, 'block');
    // Gateways learn it from the list of revocations alone.
    const revoked = `SELECT 1 FROM token_revocation WHERE value = '${clientId}' AND expires_at IS NULL`;
    expect(await rowsOf(server.db, revoked)).toHaveLength(1);
    expect(await isActive()).toBe(false);
    await rule(clientId, null);
    expect(await isActive()).toBe(false);
  });

  it('and the registration of a document at the same moment leave no app that works', async () => {
    for (let n = 0; n < 8; n += 1) {
      const id = host.serve(`race-${n}.json`);
      const begun = [server, second].map((at) => newPerson(at.issuer).visit(authorizeUrl(at, { client_id: id })));
      await Promise.all([...begun, setRule(server.db, ofHost, 'block', admin, 'Fraud')]);
      expect((await statusOf(id))?.status ?? 'blocked').toBe('blocked');
      await setRule(server.db, ofHost, null, admin);
    }
  });
});

describe('An app that an admin has to allow first', () => {
  it('tells the person so, waits in the list once for each person, and works when it is allowed', async () => {
    const clientId = await addAgent(server.db);
    await rule(clientId, 'ask');
    const [person, other] = [await somebody(server), await somebody(second)];
    for (const _ of [1, 2]) {
      await eventually(async () => isWaiting(await ask(server, person, { client_id: clientId }))).toBe(true);
    }
    await eventually(async () => isWaiting(await ask(second, other, { client_id: clientId }))).toBe(true);
    const waiting = `SELECT count(*)::int AS n FROM third_party_requests WHERE client_id = '${clientId}'`;
    expect((await rowsOf(server.db, waiting))[0]).toEqual({ n: 2 });
    const page = await ask(server, person, { client_id: clientId });
    const back = callback(await person.submit(page, '/consent', { decision: 'wait' }));
    expect([back.get('error'), back.get('error_description')]).toEqual([
      'access_denied',
      'An admin of this server has to allow this app first',
    ]);
    await rule(clientId, 'allow');
    expect((await rowsOf(server.db, waiting))[0]).toEqual({ n: 0 });
    await eventually(async () => isQuestion(await ask(server, person, { client_id: clientId }))).toBe(true);
    expect(
      callback(await allow(server, person, { client_id: clientId }, { duration: '86400' })).get('code'),
    ).toBeTruthy();
  });

  it('gets no code by a form that was open before, by a consent of before, or without a page', async () => {
    const clientId = await addAgent(server.db);
    const tokens = await obtainTokens(server, { client_id: clientId });
    const person = await somebody(server);
    const open = await ask(server, person, { client_id: clientId });
    await rule(clientId, 'ask');
    expect(isWaiting(await person.submit(open, '/consent', { decision: 'allow', duration: '86400' }))).toBe(true);
    const had = { ...newPerson(server.issuer), email: server.person.email, id: server.person.id };
    expect(isWaiting(await ask(server, had, { client_id: clientId }))).toBe(true);
    const silent = callback(await had.visit(authorizeUrl(server, { client_id: clientId, prompt: 'none' })));
    expect(silent.get('error')).toBe('consent_required');
    // What was allowed goes on.
    expect((await refresh(server, tokens.refresh_token ?? '', clientId)).status).toBe(tokens.refresh_token ? 200 : 400);
  });

  it('is not allowed by the person who types the code of a device', async () => {
    const clientId = await addAgent(server.db, {
      type: 'native',
      redirect_uris: [],
      grant_types: [deviceGrantType, 'refresh_token'],
    });
    await rule(clientId, 'ask');
    const { body } = await askByDevice(server, { scope: 'projects:read' }, clientId);
    const page = await reachConsent(server, newPerson(server.issuer), body.user_code as string);
    expect(isWaiting(page)).toBe(true);
    expect((await poll(server, body.device_code as string, clientId)).body.error).toBe('authorization_pending');
  });
});

describe('THIRD_PARTY_POLICY', () => {
  it('that blocks ends what apps without a rule have got, at gateways too, and later what a rule allowed', async () => {
    const names = ['plain', 'verified', 'allowed'] as const;
    const ids = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await addAgent(server.db)])));
    const service = await addAgent(server.db, {
      type: 'service',
      redirect_uris: [],
      grant_types: ['client_credentials'],
    });
    await server.db.pgPool.query('UPDATE clients SET verified_at = now() WHERE client_id = $1', [ids.verified]);
    await rule(ids.allowed, 'allow');
    const own = await post(server, '/oauth/token', { grant_type: 'client_credentials' }, service);
    const tokens: Record<string, string> = { service: own.body.access_token as string };
    for (const name of ['plain', 'verified', 'allowed']) {
      tokens[name] = (await obtainTokens(server, { client_id: ids[name] as string })).access_token;
    }
    tokens.registered = (await obtainTokens(server)).access_token;
    const credentials = { clientId: 'gateway', clientSecret: secrets.gateway as string };
    const verifier = createVerifier({ issuer: server.issuer, audience: apiResource, credentials });
    onTestFinished(() => verifier.close());
    await verifier.ready();
    const isAccepted = (name: string) =>
      verifier.verify(tokens[name] as string).then(
        () => true,
        () => false,
      );
    const accepted = async () => {
      const all = await Promise.all(Object.keys(tokens).map(async (name) => (await isAccepted(name)) && name));
      return all.filter(Boolean).sort();
    };
    expect(await accepted()).toEqual(['allowed', 'plain', 'registered', 'service', 'verified']);

    const strict = await startTestServer({ beside: server, env: { THIRD_PARTY_POLICY: 'block' } });
    onTestFinished(() => strict.stop());
    await eventually(accepted).toEqual(['allowed', 'registered', 'verified']);
    const kept = `SELECT count(*)::int AS n FROM consents WHERE client_id = '${ids.plain}'`;
    expect((await rowsOf(server.db, kept))[0]).toEqual({ n: 1 });
    expect(await auditOf(server.db, 'settings:THIRD_PARTY_POLICY')).toContainEqual(
      expect.objectContaining({ actor: 'system', action: 'client.blocked_by_default' }),
    );
    // What holds without a rule holds as soon as the rule is gone.
    await rule(ids.allowed, null);
    await eventually(accepted).toEqual(['registered', 'verified']);
  });

  it('blocks every app without a rule, fetches nothing of it, and spares registered, verified and allowed ones', async () => {
    const strict = await startTestServer({
      beside: server,
      outbound: host.outbound,
      env: { THIRD_PARTY_POLICY: 'block' },
    });
    onTestFinished(() => strict.stop());
    const [agent, allowed, document] = [
      await addAgent(server.db),
      await addAgent(server.db),
      host.serve('strict.json'),
    ];
    await rule(allowed, 'allow');
    const visit = (client_id: string) => newPerson(strict.issuer).visit(authorizeUrl(strict, { client_id }));
    expect([isBlocked(await visit(agent)), isBlocked(await visit(document))]).toEqual([true, true]);
    expect(host.requests('strict.json')).toHaveLength(0);
    for (const clientId of [allowed, 'spa']) expect((await visit(clientId)).text).toContain('current-password');
    await server.db.pgPool.query('UPDATE clients SET verified_at = now() WHERE client_id = $1', [agent]);
    await eventually(async () => (await visit(agent)).text.includes('current-password')).toBe(true);
  });

  it('asks an admin about every app without a rule', async () => {
    const careful = await startTestServer({ beside: server, env: { THIRD_PARTY_POLICY: 'ask' } });
    onTestFinished(() => careful.stop());
    expect(isWaiting(await ask(careful, await somebody(careful), { client_id: await addAgent(server.db) }))).toBe(true);
    const device = await newDevice(careful, { scope: 'projects:read' }).catch(() => undefined);
    expect(device).toBeUndefined();
  });
});

describe('A rule', () => {
  it.each([
    ['of a client that somebody registered', { kind: 'client', value: 'spa' }, 'ask', 'invalid'],
    ['of a client that does not exist', { kind: 'client', value: 'nobody' }, 'ask', 'not_found'],
    ['of a URL that names no document', { kind: 'client', value: 'https://a.example/?x' }, 'ask', 'invalid'],
    ['of a host with a path', { kind: 'host', value: 'a.example/b' }, 'ask', 'invalid'],
    ['of a host with a name and password', { kind: 'host', value: 'a@b.example' }, 'ask', 'invalid'],
    ['of no host', { kind: 'host', value: ' ' }, 'ask', 'invalid'],
    ['of dots', { kind: 'host', value: '..' }, 'ask', 'invalid'],
    ['that blocks without a reason', { kind: 'host', value: 'a.example' }, 'block', 'invalid'],
  ] as const)('%s is refused and changes nothing', async (_what, subject, policy, kind) => {
    await expect(setRule(server.db, subject, policy, admin)).rejects.toMatchObject({ kind });
    expect(await rowsOf(server.db, `SELECT 1 FROM third_party_rules WHERE value = '${subject.value}'`)).toEqual([]);
  });

  it('needs the power over clients', async () => {
    const weak = { id: 'client:robot', powers: ['clients:read'] };
    await expect(setRule(server.db, ofHost, 'ask', weak)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it.each([
    ['a verified app', 'verified_at = now()', 'verifications:write'],
    ['a first-party app', 'first_party = true', 'first_party:write'],
  ])('of the host of %s needs the power over it', async (name, changed, power) => {
    const clientId = host.serve(`power-${name.split(' ')[1]}.json`);
    const { access_token: token } = await obtainTokens(server, { client_id: clientId });
    await server.db.pgPool.query(`UPDATE clients SET ${changed} WHERE client_id = $1`, [clientId]);
    onTestFinished(async () => {
      await server.db.pgPool.query('UPDATE clients SET verified_at = NULL, first_party = false');
      await setRule(server.db, ofHost, null, admin);
    });
    const robot = { id: 'client:robot', powers: ['clients:write'] };
    const block = (powers: readonly string[]) => setRule(server.db, ofHost, 'block', { ...robot, powers }, 'Fraud');
    await expect(block(['clients:write'])).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining(power),
    });
    expect((await introspect(server, token)).body.active).toBe(true);
    await block(['clients:write', power]);
    expect((await introspect(server, token)).body.active).toBe(false);
  });
});

describe('an app of a document that an admin deletes', () => {
  const begin = async (clientId: string) =>
    newPerson(second.issuer).visit(authorizeUrl(second, { client_id: clientId }));
  const because = { ...admin, reason: 'Fraud.' };

  it.each<[string, (clientId: string) => Promise<unknown>]>([
    ['that was suspended', (clientId) => disableClient(server.db, clientId, admin, 'Reported as fraud.')],
    ['with another name', (clientId) => updateClient(server.db, clientId, { client_name: 'Not Smith' }, admin)],
    [
      'with fewer scopes',
      (clientId) =>
        updateClient(server.db, clientId, { optional_scope: '', scope: 'projects:read', default_scope: '' }, admin),
    ],
  ])('does not come back by its document if it is one %s', async (what, decide) => {
    const clientId = host.serve(`deleted-${what.replaceAll(' ', '-')}.json`);
    await obtainTokens(server, { client_id: clientId });
    await decide(clientId);
    await deleteClient(server.db, clientId, because);
    expect(await statusOf(clientId)).toBe(undefined);
    await eventually(async () => isBlocked(await begin(clientId))).toBe(true);
    expect(await statusOf(clientId)).toBe(undefined);
    expect(await rowsOf(server.db, `SELECT policy, reason FROM third_party_rules WHERE value = '${clientId}'`)).toEqual(
      [{ policy: 'block', reason: 'Fraud.' }],
    );
    await rule(clientId, null);
    expect((await begin(clientId)).text).toContain('autocomplete="current-password"');
  });

  it('comes back with its next use if nobody has decided anything about it', async () => {
    const clientId = host.serve('deleted-undecided.json');
    await obtainTokens(server, { client_id: clientId });
    await deleteClient(server.db, clientId, because);
    await eventually(async () => (await begin(clientId)).text.includes('autocomplete="current-password"')).toBe(true);
    expect(await statusOf(clientId)).toEqual({ status: 'active', policy: null });
  });
});
