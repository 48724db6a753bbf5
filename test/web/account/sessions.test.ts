/** The sessions of a person: where they are signed in, in words, and how they end one or all others, on every node. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userAgents } from '../../support/browsers.ts';
import { obtainTokens, refresh } from '../../support/oauth.ts';
import { formOf, newPerson, type Page, type Person } from '../../support/person.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { said } from '../../support/said.ts';
import { addPerson, password, startTestServer, type TestServer } from '../../support/server.ts';
import { fewestStatements } from '../../support/statements.ts';

let server: TestServer;
let node: TestServer;
beforeAll(async () => {
  const env = { TRUST_PROXY: 'true' };
  server = await startTestServer({ env });
  node = await startTestServer({ env, beside: server });
});
afterAll(async () => {
  await node.stop();
  await server.stop();
});

let people = 0;
async function newAccount(): Promise<{ id: string; email: string }> {
  people += 1;
  return addPerson(server.db, `sessions-${people}@example.com`);
}

async function signInWith(email: string, userAgent: string | undefined, address = '203.0.113.24'): Promise<Person> {
  const person = newPerson(server.issuer, {
    'x-forwarded-for': address,
    ...(userAgent !== undefined && { 'user-agent': userAgent }),
  });
  await person.submit(await person.visit('/sign-in'), '/sign-in', { email, password });
  return person;
}

const sessions = (person: Person): Promise<Page> => person.visit('/account/sessions');
const uidOf = async (account: { id: string }, userAgent: string): Promise<string> => {
  const text = `SELECT uid FROM sessions WHERE account_id = '${account.id}' AND user_agent = '${userAgent}'`;
  return String((await rowsOf(server.db, text))[0]?.uid);
};
describe('the sessions page', () => {
  it('names browser, system and address of each session, with the one that asks first', async () => {
    const account = await newAccount();
    const here = await signInWith(account.email, userAgents.firefox);
    await signInWith(account.email, userAgents.iPhone, '198.51.100.80');
    const page = await sessions(here);
    expect(page.status).toBe(200);
    expect(said(page)).toMatch(
      /Firefox on Linux This one 203\.0\.113\.24 · signed in .+ with a password Now Safari on iPhone 198\.51\.100\.80 · signed in .+ · last seen just now/,
    );
    expect(page.text).not.toContain('AppleWebKit');
  });

  it('says that nobody else is signed in, and offers nothing to end', async () => {
    const here = await signInWith((await newAccount()).email, userAgents.firefox);
    const page = await sessions(here);
    expect(said(page)).toContain('You are signed in only here.');
    expect(page.text).not.toMatch(/sessions\/end/);
  });

  it('says that the browser is unknown if it did not name itself, or signed in before names were kept', async () => {
    const account = await newAccount();
    const here = await signInWith(account.email, userAgents.firefox);
    await signInWith(account.email, userAgents.chrome);
    await server.db.pgPool.query(
      'UPDATE sessions SET user_agent = NULL, address = NULL WHERE account_id = $1 AND user_agent = $2',
      [account.id, userAgents.chrome],
    );
    expect(said(await sessions(here))).toMatch(/Unknown browser signed in/);
  });

  it('shows a hostile header as text', async () => {
    const account = await newAccount();
    const here = await signInWith(account.email, '<b>Fire</b>fox/1.0 <script>alert(1)</script>');
    expect((await sessions(here)).text).not.toMatch(/<script|<b>Fire/);
  });

  it('needs one statement beside that of the session itself', async () => {
    const here = await signInWith((await newAccount()).email, userAgents.firefox);
    await sessions(here);
    expect(await fewestStatements(server, () => sessions(here))).toBe(2);
  });

  it('asks somebody who is not signed in to sign in, and comes back', async () => {
    const { email } = await newAccount();
    const person = newPerson(server.issuer);
    const page = await person.visit('/account/sessions');
    expect((await person.submit(page, '/sign-in', { email, password })).url).toBe(`${server.issuer}/account/sessions`);
  });
});

describe('a session', () => {
  it('ends at once on every node, its apps stay connected, and the audit log says who ended it', async () => {
    const account = await newAccount();
    const here = await signInWith(account.email, userAgents.firefox);
    const lost = await signInWith(account.email, userAgents.chrome);
    const tokens = await obtainTokens(server, {}, lost);
    const onNode = `${node.issuer}/account/sessions`;
    expect((await lost.request(onNode)).status, 'before').toBe(200);

    const page = await here.submit(await sessions(here), '/sessions/end', {
      session_id: await uidOf(account, userAgents.chrome),
    });
    expect(said(page)).toContain('The session has ended. That browser has to sign in again. Apps stay connected.');
    expect(said(await sessions(here)), 'said once').not.toContain('has ended');
    expect((await lost.request(onNode)).status, 'after').toBe(303);
    expect((await lost.request('/account/sessions')).status).toBe(303);
    expect((await refresh(server, tokens.refresh_token as string)).status).toBe(200);
    expect(await auditOf(server.db, `account:${account.id}`)).toContainEqual({
      actor: `account:${account.id}`,
      action: 'session.ended',
      details: { ip: '203.0.113.24' },
      request_id: expect.any(String),
    });
  });

  it('ends with all others, but for the one that asks', async () => {
    const account = await newAccount();
    const here = await signInWith(account.email, userAgents.firefox);
    const others = [
      await signInWith(account.email, userAgents.chrome),
      await signInWith(account.email, userAgents.iPhone),
    ];
    const page = await here.submit(await sessions(here), '/sessions/end-others', {});
    expect(said(page)).toContain('2 other sessions have ended.');
    for (const other of others) expect((await other.request('/account/sessions')).status).toBe(303);
    const events = await auditOf(server.db, `account:${account.id}`);
    expect(events.at(-1)).toMatchObject({ action: 'session.others_ended', details: { sessions_ended: 2 } });
  });

  it('of another account is not ended, and neither is anything by a form of another site', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const here = await signInWith(mine.email, userAgents.firefox);
    await signInWith(mine.email, userAgents.iPhone);
    const other = await signInWith(theirs.email, userAgents.chrome);
    await here.submit(await sessions(here), '/sessions/end', { session_id: await uidOf(theirs, userAgents.chrome) });
    expect((await other.request('/account/sessions')).status).toBe(200);
    const { action } = formOf(await sessions(here), '/sessions/end');
    for (const path of [action, '/account/sessions/end-others']) {
      const body = new URLSearchParams({ session_id: await uidOf(mine, userAgents.iPhone), csrf: 'A'.repeat(43) });
      expect((await here.request(path, { method: 'POST', body })).status).toBe(403);
    }
    expect(await uidOf(mine, userAgents.iPhone)).not.toBe('undefined');
  });

  it('is told by its newest address, once an app has asked for it', async () => {
    const account = await newAccount();
    const here = await signInWith(account.email, userAgents.firefox, '203.0.113.24');
    const moved = newPerson(server.issuer, { 'user-agent': userAgents.firefox, 'x-forwarded-for': '192.0.2.14' });
    for (const cookie of await here.jar.getCookies(server.issuer))
      await moved.jar.setCookie(cookie.toString(), server.issuer);
    await obtainTokens(server, {}, moved);
    expect(said(await sessions(moved))).toContain('192.0.2.14');
  });
});
