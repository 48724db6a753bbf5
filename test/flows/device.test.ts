/** The device authorization grant (RFC 8628), by hand: from the request of a device to its tokens, and each wrong turn. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { deviceGrantType } from '../../src/policy/device-codes.ts';
import { createSealer } from '../../src/store/sealer.ts';
import {
  allowDevice,
  askByDevice,
  confirm,
  expireDevices,
  newDevice,
  poll,
  reachConsent,
  registerDevices,
  typeCode,
  waitInterval,
} from '../support/devices.ts';
import { eventually } from '../support/eventually.ts';
import { exchange, introspect, obtainCode, post, refresh } from '../support/oauth.ts';
import { decide, newPerson, type Person, signIn } from '../support/person.ts';
import { addPerson, startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements, statementsOfRequests } from '../support/statements.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await registerDevices(server);
});
afterAll(() => server.stop());

const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] as string, 'base64url').toString());
const somebody = () => newPerson(server.issuer);
const rows = async (sql: string) => (await server.db.pgPool.query(sql)).rows;
const grants = async () => Number((await rows('SELECT count(*) FROM grants'))[0].count);

/** Allows a new device and returns its device code. */
async function allowed(): Promise<string> {
  const device = await newDevice(server);
  await allowDevice(server, somebody(), device.user_code);
  return device.device_code;
}

describe('device authorization', () => {
  it('walks from the codes to tokens that rotate and end like any other', async () => {
    const { status, body, headers } = await askByDevice(server);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${server.issuer}/device`,
      verification_uri_complete: `${server.issuer}/device?user_code=${body.user_code}`,
      expires_in: 600,
      interval: 5,
    });
    const { device_code: code, user_code: userCode } = body as { device_code: string; user_code: string };
    expect((await poll(server, code)).body).toMatchObject({ error: 'authorization_pending' });

    const person = somebody();
    const question = await typeCode(person, ` ${userCode.toLowerCase().replace('-', ' – ')} `);
    expect(question.text).toContain('Is this the device in front of you?');
    for (const fact of ['Example Terminal', userCode, 'Projects', '127.0.0.1']) expect(question.text).toContain(fact);
    const consent = await reachConsent(server, person, userCode);
    expect(consent.text).toContain('the device that showed you the code');
    const done = await decide(person, consent, 'allow');
    expect([done.url, done.status]).toEqual([`${server.issuer}/device/done`, 200]);

    await waitInterval(server);
    const tokens = await poll(server, code);
    expect([tokens.status, tokens.body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        refresh_token: expect.stringMatching(/^vcs_rt_/),
        expires_in: 3600,
        refresh_token_expires_in: 30 * 24 * 3600,
        authorization_expires_in: 365 * 24 * 3600,
        token_type: 'Bearer',
        scope: 'projects:read',
      },
    ]);
    expect(claimsOf(tokens.body.access_token as string)).toMatchObject({
      sub: server.person.id,
      client_id: 'device',
      acr: 'urn:vibecaas:acr:1',
      amr: ['pwd'],
      auth_time: expect.any(Number),
    });
    const renewed = await refresh(server, tokens.body.refresh_token as string, 'device');
    expect(renewed.status).toBe(200);
    expect((await introspect(server, renewed.body.access_token as string)).body).toMatchObject({ active: true });
    expect((await person.visit('/account/apps')).text).toContain('Example Terminal');
    await post(server, '/oauth/revoke', { token: renewed.body.refresh_token as string }, 'device');
    expect((await introspect(server, renewed.body.access_token as string)).body).toEqual({ active: false });
  });

  it('is in the metadata', async () => {
    const metadata = await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
    expect(metadata.device_authorization_endpoint).toBe(`${server.issuer}/oauth/device_authorization`);
    expect(metadata.grant_types_supported).toContain(deviceGrantType);
  });

  it('stores neither of its codes, and no request in the clear', async () => {
    const { device_code: code, user_code: userCode } = await newDevice(server);
    const stored = JSON.stringify(
      await rows("SELECT row_to_json(d)::text, encode(payload, 'escape') FROM device_codes d"),
    );
    for (const secret of [code, userCode, userCode.replace('-', ''), 'projects:read'])
      expect(stored).not.toContain(secret);
  });

  it('gives an ID token to a device that asks for one', async () => {
    const device = await newDevice(server, { scope: 'openid email projects:read' });
    await allowDevice(server, somebody(), device.user_code);
    const { body } = await poll(server, device.device_code);
    expect(claimsOf(body.id_token as string)).toMatchObject({ sub: server.person.id, aud: 'device' });
  });
});

describe('a poll', () => {
  it('that comes too early is told to slow down by five seconds more each time, and spends nothing', async () => {
    const { device_code: code, user_code: userCode } = await newDevice(server);
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push((await poll(server, code)).body.error);
    expect(answers).toEqual(['authorization_pending', 'slow_down', 'slow_down']);
    const sinceAnswer = (seconds: number) =>
      server.db.pgPool.query(
        "UPDATE device_codes SET answered_at = clock_timestamp() - $1 * interval '1 second' WHERE state <> 'denied'",
        [seconds],
      );
    await sinceAnswer(10);
    expect((await poll(server, code)).body.error).toBe('slow_down');
    await sinceAnswer(19.5);
    expect((await poll(server, code)).body.error).toBe('authorization_pending');
    await allowDevice(server, somebody(), userCode);
    expect((await poll(server, code)).body.error).toBe('slow_down');
    await waitInterval(server);
    expect((await poll(server, code)).status).toBe(200);
  });

  it('of a device that never keeps to the interval still gets an answer each minute', async () => {
    const { device_code: code } = await newDevice(server);
    for (let n = 0; n < 20; n += 1) await poll(server, code);
    await server.db.pgPool.query("UPDATE device_codes SET answered_at = clock_timestamp() - interval '60 seconds'");
    expect((await poll(server, code)).body.error).toBe('authorization_pending');
  });

  it('for the code of another client is refused, and does not hold that one up', async () => {
    const { device_code: code } = await newDevice(server);
    expect((await poll(server, code, 'other-device')).body.error).toBe('invalid_grant');
    expect((await poll(server, code)).body.error).toBe('authorization_pending');
    const done = await allowed();
    expect((await poll(server, done, 'other-device')).body.error).toBe('invalid_grant');
    expect((await poll(server, done)).status).toBe(200);
  });

  it('after the tokens were given ends their family, as a second exchange of any code does', async () => {
    const code = await allowed();
    const { body } = await poll(server, code);
    await waitInterval(server);
    const second = await poll(server, code);
    expect([second.status, second.body.error]).toEqual([400, 'invalid_grant']);
    expect((await introspect(server, body.access_token as string)).body).toEqual({ active: false });
    const [event] = await rows("SELECT action FROM audit_events WHERE target LIKE 'grant:%' ORDER BY seq DESC LIMIT 1");
    expect(event.action).toBe('device_code.reused');
  });

  it('with an authorization code gets nothing, nor does an exchange with a device code', async () => {
    expect((await poll(server, await obtainCode(server), 'device')).body.error).toBe('invalid_grant');
    const code = await allowed();
    expect((await exchange(server, code, 'device')).status).toBe(400);
    expect((await exchange(server, code)).body.error).toBe('invalid_grant');
    expect((await poll(server, code)).status).toBe(200);
  });

  it('with a foreign resource spends nothing', async () => {
    // A code that leads to no refresh token is used up before the engine looks at the resource.
    const app = { client_id: 'brief', client_name: 'Brief', type: 'native', default_scope: 'projects:read' } as const;
    await createClient(server.db, { ...app, grant_types: [deviceGrantType] }, { id: 'test' });
    for (const clientId of ['brief', 'device']) {
      const { body } = await askByDevice(server, {}, clientId);
      const code = body.device_code as string;
      await allowDevice(server, somebody(), body.user_code as string);
      const form = { grant_type: deviceGrantType, device_code: code, resource: `${server.issuer}/elsewhere` };
      expect((await post(server, '/oauth/token', form, clientId)).body.error).toBe('invalid_target');
      await waitInterval(server);
      expect((await poll(server, code, clientId)).status).toBe(200);
    }
  });

  it('takes one statement while nobody has decided, and three for the tokens', async () => {
    const { device_code: code } = await newDevice(server);
    // What runs in the background can only add to them.
    await eventually(() => fewestStatements(server, () => newDevice(server))).toBe(1);
    await eventually(() => fewestStatements(server, () => poll(server, code))).toBe(1);
    const counts: number[] = [];
    for (const allowedCode of await Promise.all(Array.from({ length: 6 }, allowed))) {
      counts.push(await statementsOfRequests(server, () => poll(server, allowedCode)));
    }
    expect(Math.min(...counts)).toBe(3);
  });
});

describe('a person', () => {
  it('decides nothing by opening the link', async () => {
    const { device_code: code, verification_uri_complete: link } = await newDevice(server);
    const person = somebody();
    expect((await person.visit(link)).text).toContain('Is this the device in front of you?');
    expect((await poll(server, code)).body.error).toBe('authorization_pending');
    const question = await person.visit(link);
    expect((await confirm(person, question)).text).toContain('current-password');
  });

  it('cannot be made to confirm by a form of another site, nor by the form of another code', async () => {
    const [mine, theirs] = [await newDevice(server), await newDevice(server)];
    const person = somebody();
    const question = await typeCode(person, mine.user_code);
    const forged = await person.submit(question, '/device', { user_code: theirs.user_code, decision: 'confirm' });
    expect(forged.status).toBe(403);
    const foreign = await somebody().submit(question, '/device', { decision: 'confirm' });
    expect(foreign.status).toBe(403);
    // So both are still free, for anybody.
    for (const { user_code: userCode } of [mine, theirs]) {
      const other = somebody();
      expect((await confirm(other, await typeCode(other, userCode))).text).toContain('current-password');
    }
  });

  it('who did not start it stops it, and the device is told', async () => {
    const { device_code: code, user_code: userCode } = await newDevice(server);
    const person = somebody();
    const stopped = await confirm(person, await typeCode(person, userCode), 'deny');
    expect([stopped.url, stopped.text]).toEqual([
      `${server.issuer}/device/stopped`,
      expect.stringContaining('Stopped'),
    ]);
    const answer = await poll(server, code);
    expect(answer.body).toMatchObject({ error: 'access_denied', error_description: 'The person did not start this' });
    const [event] = await rows("SELECT * FROM audit_events WHERE action = 'device.denied' ORDER BY seq DESC LIMIT 1");
    expect(event).toMatchObject({ actor: 'system', target: 'client:device', details: { asked_from: '127.0.0.1' } });
  });

  it('who confirms and then denies leaves nothing behind', async () => {
    const before = await grants();
    const { device_code: code, user_code: userCode } = await newDevice(server);
    const person = somebody();
    const stopped = await decide(person, await reachConsent(server, person, userCode), 'deny');
    expect(stopped.url).toBe(`${server.issuer}/device/stopped`);
    expect((await poll(server, code)).body.error).toBe('access_denied');
    expect(await grants()).toBe(before);
    const events = await rows(
      "SELECT actor, action FROM audit_events WHERE action LIKE 'device.%' ORDER BY seq DESC LIMIT 2",
    );
    expect(events).toEqual([
      { actor: `account:${server.person.id}`, action: 'device.denied' },
      { actor: 'system', action: 'device.confirmed' },
    ]);
    expect((await person.visit('/account/activity')).text).toContain(
      'turned away, which asked for “<bdi>Example Terminal',
    );
  });

  it.each([
    [
      'was stopped in another window',
      '/device/used',
      async (person: Person, userCode: string) => {
        await confirm(person, await typeCode(person, userCode), 'deny');
      },
    ],
    ['has ended', '/device/expired', () => expireDevices(server)],
  ])('who allows a device whose code %s has allowed nothing', async (_what, end, happens) => {
    await server.db.script("DELETE FROM consents WHERE client_id = 'device'");
    const { user_code: userCode } = await newDevice(server);
    const person = somebody();
    const consent = await reachConsent(server, person, userCode);
    await happens(person, userCode);
    const { url, status } = await decide(person, consent, 'allow');
    const remembered = await rows("SELECT client_id FROM consents WHERE client_id = 'device'");
    expect([url, status, remembered]).toEqual([`${server.issuer}${end}`, 410, []]);
  });

  it('is asked for consent each time, although the app was allowed before', async () => {
    // The engine asks about native apps each time anyway, but not about others.
    const app = { client_id: 'site', client_name: 'Site', type: 'web', token_endpoint_auth_method: 'none' } as const;
    const client = { ...app, grant_types: [deviceGrantType, 'refresh_token'], default_scope: 'projects:read' };
    await createClient(server.db, client, { id: 'test' });
    for (let times = 0; times < 2; times += 1) {
      const { body } = await askByDevice(server, {}, 'site');
      const person = somebody();
      const consent = await reachConsent(server, person, body.user_code as string);
      expect(consent.text).toContain('value="allow"');
      expect(consent.text).toContain('Projects');
      expect((await decide(person, consent, 'allow')).url).toBe(`${server.issuer}/device/done`);
    }
  });

  it('is asked about a first-party app too, and nothing is allowed before the answer', async () => {
    const app = { client_id: 'own', client_name: 'Own', type: 'native', first_party: true } as const;
    const client = { ...app, grant_types: [deviceGrantType], default_scope: 'projects:read' };
    await createClient(server.db, client, { id: 'test' });
    const { body } = await askByDevice(server, {}, 'own');
    const person = somebody();
    const consent = await reachConsent(server, person, body.user_code as string);
    expect(await rows("SELECT 1 FROM consents WHERE client_id = 'own'")).toEqual([]);
    await decide(person, consent, 'deny');
    expect(await rows("SELECT 1 FROM consents WHERE client_id = 'own'")).toEqual([]);
    expect((await poll(server, body.device_code as string, 'own')).body.error).toBe('access_denied');
  });

  it('who signed in long ago, or with one factor, is asked for what the device demands', async () => {
    const person = somebody();
    await allowDevice(server, person, (await newDevice(server)).user_code);
    const recent = await newDevice(server, { scope: 'projects:read', max_age: '1' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect((await confirm(person, await typeCode(person, recent.user_code))).text).toContain('current-password');
    await allowDevice(server, person, (await newDevice(server)).user_code);
    vi.setSystemTime(Date.now() + 2_000);
    const always = await newDevice(server, { scope: 'projects:read', max_age: '0' });
    expect((await confirm(person, await typeCode(person, always.user_code))).text).toContain('current-password');
    vi.useRealTimers();
    const strong = await newDevice(server, { scope: 'projects:read', acr_values: 'urn:vibecaas:acr:2' });
    const step = await confirm(person, await typeCode(person, strong.user_code));
    expect(step.text).toContain('This app asks for a second step.');
  });

  it('who is not the one that the device names ends nothing: the right one still can', async () => {
    const first = await newDevice(server, { scope: 'openid' });
    await allowDevice(server, somebody(), first.user_code);
    const { id_token: hint } = (await poll(server, first.device_code)).body as { id_token: string };
    const { device_code: code, user_code: userCode } = await newDevice(server, {
      scope: 'openid projects:read',
      id_token_hint: hint,
    });
    const other = await addPerson(server.db, 'other@example.com');
    const person = somebody();
    const wrong = await signIn(person, await confirm(person, await typeCode(person, userCode)), other.email);
    expect(wrong.status).toBe(400);
    expect((await poll(server, code)).body.error).toBe('authorization_pending');
    await person.jar.removeAllCookies();
    await server.db.pgPool.query('UPDATE device_codes SET confirmed_by = NULL');
    expect((await allowDevice(server, somebody(), userCode)).url).toBe(`${server.issuer}/device/done`);
  });

  it('who is shown another account signs in with it', async () => {
    const { user_code: userCode } = await newDevice(server);
    const person = somebody();
    const consent = await reachConsent(server, person, userCode);
    const page = await person.submit(consent, '/switch', {});
    expect(page.text).toContain('current-password');
  });

  it('comes to the same page by a second click, whenever it arrives', async () => {
    for (let times = 0; times < 12; times += 1) {
      const { user_code: userCode } = await newDevice(server);
      const person = somebody();
      const consent = await reachConsent(server, person, userCode);
      const clicks = await Promise.all([decide(person, consent, 'allow'), decide(person, consent, 'allow')]);
      expect(clicks.map(({ url }) => url)).toEqual(Array(2).fill(`${server.issuer}/device/done`));
    }
  });

  it('with a mistyped, an expired or a used code reads what to do', async () => {
    const person = somebody();
    const unknown = await typeCode(person, 'BCDF-GHJK');
    expect([unknown.status, unknown.text]).toEqual([422, expect.stringContaining('There is no such code')]);
    const vowels = await typeCode(person, 'AEIO-UAEI');
    expect([vowels.status, vowels.text]).toEqual([422, expect.stringContaining('That is not a code')]);
    const { device_code: code, user_code: userCode } = await newDevice(server);
    await allowDevice(server, person, userCode);
    const used = await typeCode(person, userCode);
    expect([used.status, used.text]).toEqual([410, expect.stringContaining('This code was used already')]);
    await poll(server, code);
    const late = await newDevice(server);
    await expireDevices(server);
    const expired = await typeCode(person, late.user_code);
    expect([expired.status, expired.text]).toEqual([410, expect.stringContaining('This code has expired')]);
    expect((await poll(server, late.device_code)).body.error).toBe('expired_token');
  });

  it('who takes too long to decide allows nothing', async () => {
    const before = await grants();
    const { device_code: code, user_code: userCode } = await newDevice(server);
    const person = somebody();
    const consent = await reachConsent(server, person, userCode);
    await expireDevices(server);
    const late = await decide(person, consent, 'allow');
    expect([late.url, late.status]).toEqual([`${server.issuer}/device/expired`, 410]);
    expect((await poll(server, code)).body.error).toBe('expired_token');
    expect(await grants()).toBe(before);
  });

  it('finds a code after the secrets were rotated', () => {
    const [before, after] = [createSealer(['a'.repeat(32)]), createSealer(['b'.repeat(32), 'a'.repeat(32)])];
    expect(after.macs('user code', 'BCDFGHJK')).toContainEqual(before.mac('user code', 'BCDFGHJK'));
  });
});

describe('what developers and operators see', () => {
  it('of polls: failures with advice, but not those that only wait', async () => {
    const recorded = () =>
      rows("SELECT DISTINCT client_id, endpoint, error FROM failed_requests WHERE error <> 'invalid_grant'");
    // Ten failures of a network are recorded at a time, and those of the tests before may have taken all ten.
    const failAgain = async () => {
      const { device_code: code } = await newDevice(server);
      await poll(server, code);
      await poll(server, code);
      await askByDevice(server, {}, 'spa');
      return recorded();
    };
    await eventually(failAgain).toEqual(
      expect.arrayContaining([
        { client_id: 'device', endpoint: 'token', error: 'slow_down' },
        { client_id: 'spa', endpoint: 'device_authorization', error: 'unauthorized_client' },
      ]),
    );
    expect((await recorded()).map(({ error }) => error)).not.toContain('authorization_pending');
  });

  it('of the grant: a count by what was answered', async () => {
    const text = await (await fetch(`${server.metricsOrigin}/metrics`)).text();
    for (const outcome of ['ok', 'authorization_pending', 'slow_down']) {
      expect(text).toContain(`oauth_token_requests_total{grant_type="device_code",outcome="${outcome}"}`);
    }
  });
});

describe('a code that is over', () => {
  it('is kept for an hour, and then deleted', async () => {
    const { purge } = await import('../../src/operations/purge.ts');
    const { device_code: code } = await newDevice(server);
    await expireDevices(server);
    await purge(server.db);
    expect((await poll(server, code)).body.error).toBe('expired_token');
    await server.db.pgPool.query("UPDATE device_codes SET expires_at = now() - interval '61 minutes'");
    await purge(server.db);
    expect((await poll(server, code)).body.error).toBe('invalid_grant');
  });
});
