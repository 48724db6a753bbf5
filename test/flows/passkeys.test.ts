/** Passkeys over HTTP, with an authenticator in software (WebAuthn Level 3): they are added, used, renamed and removed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suspendAccount } from '../../src/operations/accounts.ts';
import { newChallenge } from '../../src/operations/passkey-challenges.ts';
import { verifyNewPasskey } from '../../src/operations/passkey-verification.ts';
import { setPasskeyName } from '../../src/operations/passkeys.ts';
import { parseNewPasskey } from '../../src/policy/passkey-answers.ts';
import { maxPasskeysOfAccount } from '../../src/policy/passkeys.ts';
import { type AccountFacts, findActiveAccount } from '../../src/store/account-facts.ts';
import { lockAccount } from '../../src/store/accounts.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { ageSignIn, signedInAs } from '../support/admin.ts';
import { type Authenticator, bytes, type Lies, newAuthenticator, optionsOf, text } from '../support/authenticator.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl, callback } from '../support/oauth.ts';
import { decide, formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { auditOf, rowsOf, waitingForLocks } from '../support/rows.ts';
import { addPerson, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { statementTotal } from '../support/statements.ts';

const home = '/account/security';
const adding = `${home}/passkeys/new`;
const refused = 'That passkey was not accepted.';
const expired = 'This page was open too long.';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** Somebody with a passkey, who is signed in with the password. */
async function owner(kind: Parameters<typeof newAuthenticator>[1] = {}) {
  const account = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const browser = await signedInAs(server, account.email);
  const authenticator = newAuthenticator(server.issuer, kind);
  const page = await add(browser, authenticator, 'Work laptop');
  expect(page.text).toContain('Work laptop</bdi> is added.');
  return { ...account, browser, authenticator };
}

async function add(browser: Person, authenticator: Authenticator, name: string, lies?: Lies): Promise<Page> {
  const page = await browser.visit(adding);
  const passkey = authenticator.create(optionsOf(page, adding), lies);
  return browser.submit(page, adding, { name, passkey });
}

/** Answers the sign-in page of our own pages. */
async function signIn(authenticator: Authenticator, lies?: Lies, browser = newPerson(server.issuer)) {
  const page = await browser.visit('/sign-in');
  return send(browser, page, authenticator.get(optionsOf(page, '/sign-in/passkey'), lies));
}
const send = (browser: Person, page: Page, passkey: string) => browser.submit(page, '/sign-in/passkey', { passkey });
const isIn = async (browser: Person) => (await browser.request('/account/apps')).status === 200;
const passkeysOf = (id: string) =>
  rowsOf(
    server.db,
    `SELECT id::text, name, counter::integer, aaguid, synced, transports, last_used_at
    FROM account_passkeys WHERE account_id = '${id}' ORDER BY created_at`,
  );
const actionsOf = async (id: string) => (await auditOf(server.db, `account:${id}`)).map(({ action }) => action);

describe('a new passkey', () => {
  it('is listed with its name and its authenticator, and signs its owner in', async () => {
    const { id, authenticator, browser } = await owner({ aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d' });
    const listed = await browser.visit(home);
    expect(listed.text).toMatch(/<b><bdi>Work laptop<\/bdi><\/b><p>1Password · Added .* · never used/);
    expect(listed.text).not.toContain('is added.');
    expect(await passkeysOf(id)).toMatchObject([{ counter: 0, synced: false, transports: ['internal'] }]);

    const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
    const elsewhere = newPerson(server.issuer, firefox);
    const page = await signIn(authenticator, {}, elsewhere);
    expect([page.status, page.url]).toEqual([200, `${server.issuer}/account/apps`]);
    expect(page.text).toContain('Connected apps');
    expect((await browser.visit(home)).text).toContain('last used just now');
    expect((await passkeysOf(id))[0]).toMatchObject({ counter: 1 });
    expect((await auditOf(server.db, `account:${id}`)).slice(-2)).toMatchObject([
      { action: 'account.passkey_added', details: { passkey: expect.any(String), authenticator: '1Password' } },
      {
        action: 'account.signed_in',
        details: { passkey: expect.any(String), browser: 'Firefox', system: 'Linux' },
        request_id: expect.any(String),
      },
    ]);
  });

  it('is asked for with what keeps it safe: discoverable, with the user verified, without an attestation', async () => {
    const { id, email, browser, authenticator } = await owner();
    const page = await browser.visit(adding);
    expect(optionsOf(page, adding)).toMatchObject({
      rp: { id: 'localhost', name: 'VibeCaaS' },
      user: { id: Buffer.from(id).toString('base64url'), name: email },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
      excludeCredentials: [{ id: authenticator.id.toString('base64url'), transports: ['internal'] }],
    });
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    expect((await browser.visit('/account/apps')).headers.get('content-security-policy')).toContain(
      "script-src 'none'",
    );
  });

  it('is refused, and nothing is stored, whatever is wrong with it', async () => {
    const account = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const browser = await signedInAs(server, account.email);
    const stranger = await signedInAs(server, (await addPerson(server.db, `${crypto.randomUUID()}@example.com`)).email);
    const certificates = Buffer.concat([
      ...[text('fmt'), text('packed'), text('attStmt')],
      ...[Buffer.from([0xa1]), text('x5c'), Buffer.from([0x81]), bytes(Buffer.alloc(64))],
    ]);
    const foreign = optionsOf(await stranger.visit(adding), adding).challenge;
    const forSignIn = optionsOf(await newPerson(server.issuer).visit('/sign-in'), '/sign-in/passkey').challenge;
    const wrong: [what: string, lies: Lies, says: string][] = [
      ['another origin', { origin: 'https://evil.example' }, refused],
      ['another port', { origin: 'http://localhost:1' }, refused],
      ['another domain', { rpId: 'evil.example' }, refused],
      ['another ceremony', { type: 'webauthn.get' }, refused],
      ['a user who was not verified', { verifiesUser: false }, refused],
      ['certificates that name a list to fetch', { attestation: certificates }, refused],
      ['the page of another session', { challenge: foreign }, expired],
      ['the page of a sign-in', { challenge: forSignIn }, expired],
      ['a made-up challenge', { challenge: 'x'.repeat(72) }, expired],
    ];
    for (const [what, lies, says] of wrong) {
      const page = await add(browser, newAuthenticator(server.issuer), 'Phone', lies);
      expect([page.status, page.text.includes(says)], what).toEqual([422, true]);
      expect(page.text, what).toContain('value="Phone"');
    }
    const page = await browser.visit(adding);
    for (const passkey of ['', '{', '[]', 'null', '{"id":"a","rawId":"b"}', JSON.stringify({ id: 'x'.repeat(2000) })]) {
      const answer = await browser.submit(page, adding, { name: 'Phone', passkey });
      expect([answer.status, answer.text.includes(refused)], passkey).toEqual([422, true]);
    }
    expect(await passkeysOf(account.id)).toEqual([]);
    expect(await actionsOf(account.id)).not.toContain('account.passkey_added');
  });

  it.each(['packed', 'android-key', 'fido-u2f', 'tpm'])(
    'with certificates (%s) is refused before the library can fetch what they name',
    async (format) => {
      const options = { rp: { id: 'localhost', name: 'VibeCaaS' }, challenge: 'x' };
      const list = [text('x5c'), Buffer.from([0x81]), bytes(Buffer.alloc(64))];
      const attestation = Buffer.concat([text('fmt'), text(format), text('attStmt'), Buffer.from([0xa1]), ...list]);
      const answer = parseNewPasskey(newAuthenticator(server.issuer).create(options, { attestation }));
      const rp = { id: 'localhost', origin: server.issuer };
      expect(answer && (await verifyNewPasskey(answer, { rp, challenge: 'x' }))).toEqual({
        refused: 'it has an attestation, which nobody asked for',
      });
    },
  );

  it('is only for somebody who signed in a short while ago', async () => {
    const { id, browser } = await owner();
    const page = await browser.visit(adding);
    await ageSignIn(server, id);
    expect(new URL((await browser.visit(adding)).url).pathname).toBe('/account/confirm');
    const passkey = newAuthenticator(server.issuer).create(optionsOf(page, adding));
    expect((await browser.submit(page, adding, { name: 'Phone', passkey })).text).toContain('Confirm it is you');
    expect(await passkeysOf(id)).toHaveLength(1);
  });

  it.each([
    ['empty', ' ', 'must have 1 to 100 characters that can be read'],
    ['too long', 'x'.repeat(101), 'must have 1 to 100 characters that can be read'],
    ['invisible', '\u202e', 'must have 1 to 100 characters that can be read'],
  ])('is refused with an %s name', async (_what, name, says) => {
    const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const page = await add(await signedInAs(server, email), newAuthenticator(server.issuer), name);
    expect([page.status, page.text.includes(says)]).toEqual([422, true]);
  });

  it('cannot be one that somebody has already', async () => {
    const { authenticator } = await owner();
    const { email, id } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
    const thief = newAuthenticator(server.issuer);
    const page = await add(await signedInAs(server, email), thief, 'Mine', { id: authenticator.id });
    expect([page.status, page.text.includes('No passkey was added.')]).toEqual([422, true]);
    expect(await passkeysOf(id)).toEqual([]);
  });

  it('cannot be added twice by one answer', async () => {
    const { browser, id } = await owner();
    const page = await browser.visit(adding);
    const passkey = newAuthenticator(server.issuer).create(optionsOf(page, adding));
    const both = await Promise.all([1, 2].map(() => browser.submit(page, adding, { name: 'Phone', passkey })));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 422]);
    const ids = (await passkeysOf(id)).map((one) => one.id);
    expect(ids).toHaveLength(2);
    // Nor after it was removed.
    await browser.submit(await browser.visit(home), `${ids[1]}/remove`, {});
    const again = await browser.submit(page, adding, { name: 'Phone', passkey });
    expect([again.status, again.text.includes(expired)]).toEqual([422, true]);
    expect(await passkeysOf(id)).toHaveLength(1);
  });

  it(`is refused when the account has ${maxPasskeysOfAccount}, even if two arrive at once`, async () => {
    const { browser, id } = await owner();
    await server.db.pgPool.query(
      `INSERT INTO account_passkeys (account_id, credential_id, public_key, counter, aaguid, name, synced, backed_up)
        SELECT $1, int8send(n) || convert_to($1, 'UTF8'), '', 0, gen_random_uuid(), 'n', false, false
        FROM generate_series(1, $2::integer) n`,
      [id, maxPasskeysOfAccount - 2],
    );
    const both = await Promise.all([1, 2].map((n) => add(browser, newAuthenticator(server.issuer), `Key ${n}`)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 422]);
    expect(await passkeysOf(id)).toHaveLength(maxPasskeysOfAccount);
  });

  it('is refused if the account was signed out everywhere while the answer waited', async () => {
    const { id, browser } = await owner();
    const added = await server.db.transaction(async (trx) => {
      await lockAccount(trx, id);
      const page = add(browser, newAuthenticator(server.issuer), 'Thief');
      await eventually(() => waitingForLocks(server.db)).toBe(1);
      await trx.script(`UPDATE accounts SET sessions_valid_from = clock_timestamp() WHERE id = '${id}'`);
      return { page };
    });
    expect((await added.page).status).toBe(409);
    expect(await passkeysOf(id)).toHaveLength(1);
  });
});

describe('signing in', () => {
  it('works for an app too, and the mail about the browser names it', async () => {
    const { id, authenticator } = await owner({ synced: true });
    const browser = newPerson(server.issuer);
    const page = await browser.visit(authorizeUrl(server, { scope: 'openid projects:read', state: 'of this request' }));
    const passkey = authenticator.get(optionsOf(page, '/passkey'));
    const consent = await browser.submit(page, '/passkey', { passkey });
    expect(consent.text).toContain('name="decision"');
    expect(
      await rowsOf(server.db, `SELECT facts FROM mails WHERE account_id = '${id}' AND kind = 'new_browser'`),
    ).toMatchObject([{ facts: { app: '“Notes”', how: ['swk', 'user', 'mfa'] } }]);
    expect(callback(await decide(browser, consent, 'allow')).get('state')).toBe('of this request');
  });

  it('asks for no address, and tells nobody which addresses have an account', async () => {
    const { email } = await owner();
    const pages = await Promise.all(
      [email, 'nobody@example.com'].map(async (hint) => {
        const page = await newPerson(server.issuer).visit(authorizeUrl(server, { login_hint: hint }));
        const { challenge, ...options } = optionsOf(page, '/passkey');
        expect(challenge).toHaveLength(72);
        expect(options.allowCredentials).toEqual([]);
        return [page.status, options, page.text.length - hint.length];
      }),
    );
    expect(pages[0]).toEqual(pages[1]);
  });

  it('is refused in the same words, and changes nothing, whatever is wrong', async () => {
    const { id, authenticator } = await owner();
    const other = await owner();
    await signIn(authenticator);
    const before = await passkeysOf(id);
    const lines = await actionsOf(id);
    const { privateKey: key } = (await import('node:crypto')).generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const handle = Buffer.from(other.id).toString('base64url');
    const wrong: [what: string, lies: Lies, by?: Authenticator][] = [
      ['another origin', { origin: 'https://evil.example' }],
      ['another domain', { rpId: 'evil.example' }],
      ['another ceremony', { type: 'webauthn.create' }],
      ['a user who was not verified', { verifiesUser: false }],
      ['the signature of another key', { key }],
      ['a passkey that does not exist', { id: Buffer.alloc(32) }],
      ['the passkey of another account', { id: other.authenticator.id }],
      ['the handle of another account', { userHandle: handle }],
      ['no handle', { userHandle: undefined }],
    ];
    const answers = new Set<string>();
    for (const [what, lies] of wrong) {
      const browser = newPerson(server.issuer);
      const page = await signIn(authenticator, { counter: 90, ...lies }, browser);
      expect([page.status, page.text.includes(refused)], what).toEqual([422, true]);
      expect(await isIn(browser), what).toBe(false);
      answers.add(page.text.replace(/value="[^"]*"|data-options="[^"]*"/g, ''));
    }
    expect(answers.size).toBe(1);
    expect(await passkeysOf(id)).toEqual(before);
    expect(await actionsOf(id)).toEqual(lines);
  });

  it('is refused if the answer was sent before, or is for another browser, purpose or time', async () => {
    const { authenticator } = await owner({ synced: true });
    const [mine, other] = [newPerson(server.issuer), newPerson(server.issuer)];
    const page = await mine.visit('/sign-in');
    const foreign = await other.visit('/sign-in');
    const atApp = await other.visit(authorizeUrl(server));
    const secret = (await mine.jar.getCookies(server.issuer)).find(({ key }) => key === 'vcauth_browser')?.value;
    const old = newChallenge(createSealer([testSecret]), `sign-in ${secret}`, Date.now() - 601_000);
    const young = newChallenge(createSealer([testSecret]), `sign-in ${secret}`, Date.now() - 590_000);
    const options = optionsOf(page, '/sign-in/passkey');
    for (const [what, challenge] of Object.entries({
      'another browser': optionsOf(foreign, '/sign-in/passkey').challenge,
      'another purpose': optionsOf(atApp, '/passkey').challenge,
      'ten minutes ago': old,
      'never made': Buffer.alloc(54).toString('base64url'),
    })) {
      const answer = await send(mine, page, authenticator.get(options, { challenge }));
      expect([answer.status, answer.text.includes(expired)], what).toEqual([422, true]);
    }
    expect((await send(mine, page, authenticator.get(options, { challenge: young }))).url).toContain('/account/apps');

    const late = newPerson(server.issuer);
    const again = await late.visit('/sign-in');
    const passkey = authenticator.get(optionsOf(again, '/sign-in/passkey'));
    const both = await Promise.all([1, 2].map(() => send(late, again, passkey)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 422]);
    // The mark outlives its challenge on a node whose clock is slow.
    expect(
      await rowsOf(
        server.db,
        `SELECT DISTINCT expires_at > now() + interval '14 minutes' AS longer FROM artifacts
          WHERE model = 'PasskeyChallenge' AND expires_at > now() + interval '10 minutes'`,
      ),
    ).toEqual([{ longer: true }]);
    const replayed = await send(late, again, passkey);
    expect([replayed.status, replayed.text.includes(expired)]).toEqual([422, true]);
  });

  it('is refused if the counter went back, and the owner can see it', async () => {
    const { id, authenticator, browser } = await owner();
    await signIn(authenticator, { counter: 7 });
    for (const counter of [7, 6, 0]) {
      const page = await signIn(authenticator, { counter });
      expect([page.status, page.text.includes('may have been copied')], String(counter)).toEqual([422, true]);
    }
    expect((await passkeysOf(id))[0]).toMatchObject({ counter: 7 });
    expect((await auditOf(server.db, `account:${id}`)).slice(-1)).toMatchObject([
      { actor: 'system', action: 'account.passkey_refused', details: { why: 'counter' } },
    ]);
    expect((await signIn(authenticator, { counter: 8 })).status).toBe(200);
    expect(await isIn(browser)).toBe(true);
  });

  it('takes an answer that is sent again for what it is, not for a copy', async () => {
    const { id, authenticator } = await owner();
    const browser = newPerson(server.issuer);
    const page = await browser.visit('/sign-in');
    const passkey = authenticator.get(optionsOf(page, '/sign-in/passkey'));
    expect((await send(browser, page, passkey)).status).toBe(200);
    const again = await send(browser, page, passkey);
    expect([again.status, again.text.includes(expired)]).toEqual([422, true]);
    expect(await actionsOf(id)).not.toContain('account.passkey_refused');
    // One answer of a copy is recorded once.
    const late = await browser.visit('/sign-in?again');
    const copy = authenticator.get(optionsOf(late, '/sign-in/passkey'), { counter: 1 });
    for (let times = 0; times < 2; times += 1) await send(browser, late, copy);
    expect((await actionsOf(id)).filter((action) => action === 'account.passkey_refused')).toHaveLength(1);
  });

  it('is possible for one of two devices that count alike, even if both answer at once', async () => {
    const { id, authenticator } = await owner();
    const both = await server.db.transaction(async (trx) => {
      await lockAccount(trx, id);
      const answers = [1, 2].map(() => signIn(authenticator, { counter: 5 }));
      await eventually(() => waitingForLocks(server.db)).toBe(2);
      return { answers };
    });
    expect((await Promise.all(both.answers)).map(({ status }) => status).toSorted()).toEqual([200, 422]);
  });

  it('goes on with passkeys that are synced, which do not count', async () => {
    const { id, authenticator } = await owner({ synced: true });
    for (let times = 0; times < 3; times += 1) expect((await signIn(authenticator)).status).toBe(200);
    expect((await passkeysOf(id))[0]).toMatchObject({ counter: 0, synced: true });
  });

  it('is refused for a removed passkey and a suspended account, even if that happens while the answer waits', async () => {
    const { id, authenticator, browser } = await owner();
    const [row] = await passkeysOf(id);
    const waits = newPerson(server.issuer);
    const { page } = await server.db.transaction(async (trx) => {
      await lockAccount(trx, id);
      const answer = signIn(authenticator, {}, waits);
      await eventually(() => waitingForLocks(server.db)).toBe(1);
      await trx.script(`UPDATE accounts SET status = 'suspended' WHERE id = '${id}'`);
      return { page: answer };
    });
    expect([(await page).status, await isIn(waits)]).toEqual([422, false]);
    expect((await signIn(authenticator)).text).toContain(refused);
    await server.db.script(`UPDATE accounts SET status = 'active' WHERE id = '${id}'`);
    expect((await signIn(authenticator)).status).toBe(200);
    await server.db.script(`UPDATE accounts SET status = 'suspended' WHERE id = '${id}'`);
    // A copy is told no more than others.
    expect((await signIn(authenticator, { counter: 1 })).text).toContain(refused);
    await server.db.script(`UPDATE accounts SET status = 'active' WHERE id = '${id}'`);

    await browser.submit(await browser.visit(home), `/passkeys/${row?.id}/remove`, {});
    expect((await signIn(authenticator)).text).toContain(refused);
    await suspendAccount(server.db, id, { id: 'test' });
    expect((await signIn(authenticator)).text).toContain(refused);
  });

  it('takes 3 statements beside the limits, and opening the page none', async () => {
    const { authenticator } = await owner();
    const costs: [page: number, signIn: number][] = [];
    // On a busy machine something runs in the background nearly always.
    for (let times = 0; times < 20 && !costs.some(([page, signIn]) => page === 0 && signIn === 3); times += 1) {
      const browser = newPerson(server.issuer);
      const before = await statementTotal(server);
      const page = await browser.visit('/sign-in');
      const between = await statementTotal(server);
      const passkey = authenticator.get(optionsOf(page, '/sign-in/passkey'));
      const form = formOf(page, '/sign-in/passkey');
      const body = new URLSearchParams([...form.hidden.filter(([name]) => name !== 'passkey'), ['passkey', passkey]]);
      expect((await browser.request(form.action, { method: 'POST', body })).status).toBe(303);
      costs.push([between - before, (await statementTotal(server)) - between]);
    }
    // What runs in the background can only add to them.
    expect(Math.min(...costs.map(([page]) => page))).toBe(0);
    expect(Math.min(...costs.map(([, signIn]) => signIn))).toBe(3);
  });

  it('leads only to paths of ours, and its form needs its own anti-forgery value', async () => {
    const { authenticator } = await owner();
    const browser = newPerson(server.issuer);
    const page = await browser.visit('/sign-in?next=//evil.example/');
    const passkey = authenticator.get(optionsOf(page, '/sign-in/passkey'));
    const body = new URLSearchParams({ passkey, csrf: 'x' });
    expect((await browser.request('/sign-in/passkey', { method: 'POST', body })).status).toBe(403);
    expect((await send(browser, page, passkey)).url).toBe(`${server.issuer}/account/apps`);
  });
});

describe('the owner', () => {
  it('renames and removes passkeys, and nobody else does', async () => {
    const { id, browser } = await owner();
    const [row] = await passkeysOf(id);
    const path = `${home}/passkeys/${row?.id}`;
    const renamed = await browser.submit(await browser.visit(path), path, { name: ' Old laptop ' });
    expect(renamed.text).toContain('Old laptop</bdi> is its new name.');
    const wrong = await browser.submit(await browser.visit(path), path, { name: '' });
    expect([wrong.status, wrong.text.includes('must have 1 to 100 characters that can be read')]).toEqual([422, true]);

    const stranger = await signedInAs(server, (await owner()).email);
    expect((await stranger.visit(path)).status).toBe(404);
    const csrf = formOf(await stranger.visit(home), '/sign-out').hidden;
    for (const action of [path, `${path}/remove`]) {
      const body = new URLSearchParams([...csrf, ['name', 'Mine']]);
      expect((await stranger.request(action, { method: 'POST', body })).status, action).toBe(404);
      expect((await stranger.request(action, { method: 'POST', body: new URLSearchParams() })).status).toBe(403);
    }
    const facts = await findActiveAccount(server.db, (await owner()).id);
    const renaming = setPasskeyName(
      server.db,
      facts as AccountFacts,
      { id: String(row?.id), name: 'Mine' },
      { id: 'test' },
    );
    await expect(renaming).rejects.toMatchObject({ kind: 'not_found' });
    for (const odd of ['0', '-1', '1e3', '99999999999999999999', 'x']) {
      expect((await browser.visit(`${home}/passkeys/${odd}`)).status, odd).toBe(404);
    }
    expect(await passkeysOf(id)).toMatchObject([{ name: 'Old laptop' }]);

    const removed = await browser.submit(await browser.visit(home), `${row?.id}/remove`, {});
    expect(removed.text).toContain('Old laptop</bdi> is removed.');
    expect(await passkeysOf(id)).toEqual([]);
    expect((await actionsOf(id)).slice(-2)).toEqual(['account.passkey_renamed', 'account.passkey_removed']);
    expect(JSON.stringify(await auditOf(server.db, `account:${id}`))).not.toContain('laptop');
    expect(
      await rowsOf(server.db, `SELECT kind, facts FROM mails WHERE account_id = '${id}' ORDER BY seq`),
    ).toMatchObject([
      { kind: 'passkey_added', facts: { name: 'Work laptop', at: expect.any(String), ip: expect.any(String) } },
      { kind: 'factor_removed', facts: { factor: 'passkey', name: 'Old laptop' } },
    ]);
  });

  it('keeps the last way in', async () => {
    const { id, browser, authenticator } = await owner();
    const [row] = await passkeysOf(id);
    await server.db.script(`UPDATE accounts SET password_hash = NULL WHERE id = '${id}'`);
    const kept = await browser.submit(await browser.visit(home), `${row?.id}/remove`, {});
    expect(kept.text).toContain('your only way in');
    // An identity at a provider that this server does not have (any more) signs nobody in.
    await server.db.script(
      `INSERT INTO account_identities (issuer, subject, account_id) VALUES ('https://gone.example', '${id}', '${id}')`,
    );
    const still = await browser.submit(await browser.visit(home), `/passkeys/${row?.id}/remove`, {});
    expect(still.text).toContain('your only way in');
    expect((await signIn(authenticator)).status).toBe(200);
    await add(browser, newAuthenticator(server.issuer), 'Another');
    const page = await browser.visit(home);
    const ids = (await passkeysOf(id)).map((passkey) => passkey.id);
    const answers = await Promise.all(ids.map((one) => browser.submit(page, `${one}/remove`, {})));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await passkeysOf(id)).toHaveLength(1);
  });
});
