import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../src/operations/api-keys.ts';
import { demo } from '../../src/policy/demo.ts';
import { signedInAs } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { decide, formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ demo: true });
});
afterAll(() => server.stop());

describe.skipIf(!hasCurl())('the printed curl commands, pasted into a shell', () => {
  it('get the same answer from the API, refresh once more, and let the walk go on', async () => {
    const person = newPerson(server.issuer);
    let page = await take(person, await take(person, await allowed(person), 'exchange'), 'call');
    const called = JSON.parse(await shell(commandOn(page)));
    expect(called).toMatchObject({ success: true, data: [{ name: 'My Project' }, { name: 'Side Project' }] });
    for (const { id } of called.data) expect(page.text).toContain(`&quot;${id}&quot;`);

    page = await take(person, page, 'refresh');
    const refreshed = JSON.parse(await shell(commandOn(page)));
    expect(refreshed).toMatchObject({ token_type: 'Bearer', scope: 'projects:read projects:write' });
    expect(await shell(`curl -s ${api()} -H 'Authorization: Bearer ${refreshed.access_token}'`)).toContain(
      'My Project',
    );

    page = await take(person, page, 'revoke');
    expect(await shell(commandOn(page))).toMatch(/^HTTP\/1\.1 200 OK/);
    page = await take(person, page, 'refused');
    // The gateway has a second to be notified.
    const command = commandOn(page);
    await eventually(() => shell(command)).toMatch(/^HTTP\/1\.1 401 Unauthorized/);
    expect(await shell(`curl -s ${api()} -H 'Authorization: Bearer ${refreshed.access_token}'`)).toContain('revoked');
  });

  it('the exchange shows no code that could be sent twice', async () => {
    const person = newPerson(server.issuer);
    const page = await take(person, await allowed(person), 'exchange');
    expect(await shell(commandOn(page))).toContain('invalid_grant');
    expect((await take(person, page, 'call')).text).toContain('My Project');
  });
});

describe('a key that leaks', () => {
  const page = '/playground/leaked';
  const keyOn = ({ text }: Page) => /vcs_sk_live_\w{49}/.exec(text)?.[0] as string;
  const statusOf = async (key: string) => (await fetch(api(), { headers: { authorization: `Bearer ${key}` } })).status;

  it('is made, reported, and refused by the API', async () => {
    const person = newPerson(server.issuer);
    const made = await person.submit(await person.visit(page), `${page}/key`, {});
    const key = keyOn(made);
    expect(await statusOf(key)).toBe(200);
    // The demo’s gateway reports calls as every gateway does.
    const owner = await signedInAs(server, demo.email, demo.password);
    await eventually(async () => (await owner.visit('/account/api-keys')).text).toContain('1 call in the last 14 days');
    const done = await person.submit(made, page, { text: `KEY=${key} and more` });
    expect(done.text).toMatch(/Before the report, the API answered 200; \d+ ms after it, 401\./);
    expect(done.text).not.toContain(key.slice(12));
    expect(await statusOf(key)).toBe(401);
    expect((await person.submit(done, page, { text: key })).text).toContain('It had ended before.');
  });

  it('of anybody else does not end here', async () => {
    const person = newPerson(server.issuer);
    const { rows } = await server.db.pgPool.query("SELECT id FROM accounts WHERE email = 'person@example.com'");
    const by = { id: `account:${rows[0].id}` };
    const input = {
      name: 'CI',
      environment: 'live',
      scope: ['projects:read'],
      projects: null,
      networks: null,
    } as const;
    const { secret } = await createApiKey(server.db, rows[0].id, { ...input, expiresAt: null }, by);
    const done = await person.submit(await person.visit(page), page, { text: secret });
    expect(done.text).toContain('No key of the demo account is in this text.');
    expect(await statusOf(secret)).toBe(200);
  });

  it('is not made by a form of another site', async () => {
    const body = new URLSearchParams();
    expect((await newPerson(server.issuer).visit(`${page}/key`, { method: 'POST', body })).status).toBe(403);
  });
});

it('an API key of one’s own calls the same API, by the command on the page', async () => {
  const person = await signedInAs(server, demo.email, demo.password);
  const page = await person.visit('/playground');
  const [command = ''] = /curl [^<]*projects[^<]*"Authorization: Bearer \$VIBECAAS_API_KEY"/.exec(page.text) ?? [];
  expect(command).toContain(`curl ${server.issuer}${demo.api}/v1/projects`);
  const form = await person.visit(/href="(\/account\/api-keys\/new)"/.exec(page.text)?.[1] ?? '');
  const made = await person.submit(form, '/api-keys/new', {
    name: 'Try',
    environment: 'live',
    scope: 'projects:read',
    projects: 'all',
    expiry: '30',
  });
  const key = /<code id="secret">([^<]+)/.exec(made.text)?.[1] ?? '';
  const call = () => fetch(`${server.issuer}${demo.api}/v1/projects`, { headers: { authorization: `Bearer ${key}` } });
  expect(await (await call()).json()).toMatchObject({
    success: true,
    data: [{ name: 'My Project' }, { name: 'Side Project' }],
  });
  const id = /href="\/account\/api-keys\/(key_\w+)\/revoke"/.exec((await person.visit('/account/api-keys')).text)?.[1];
  const path = `/account/api-keys/${id}/revoke`;
  await person.submit(await person.visit(path), path, {});
  // The gateway has a second to be notified.
  await eventually(async () => (await call()).status).toBe(401);
});

it('a refresh shows that the refresh token is another one', async () => {
  const person = newPerson(server.issuer);
  let page = await allowed(person);
  for (const step of ['exchange', 'call', 'refresh']) page = await take(person, page, step);
  const shown = page.text.slice(page.text.indexOf('<li class="now"')).match(/vcs_rt_[\w-]+…[\w-]+/g) ?? [];
  expect(shown).toHaveLength(2);
  expect(new Set(shown).size).toBe(2);
});

it('a walk goes on after a restart', async () => {
  const person = newPerson(server.issuer);
  const page = await take(person, await allowed(person), 'exchange');
  const second = await startTestServer({ demo: true, beside: server });
  const elsewhere = newPerson(second.issuer);
  for (const cookie of await person.jar.getCookies(server.issuer)) {
    await elsewhere.jar.setCookie(cookie.toString(), second.issuer);
  }
  const again = await elsewhere.visit('/playground');
  await second.stop();
  expect(again.text).toContain('Exchange the code for tokens');
  expect(again.text).toContain('Next: call the API');
  expect((await take(person, page, 'call')).text).toContain('My Project');
});

it('a server that starts on another port walks as well', async () => {
  const second = await startTestServer({ demo: true, beside: server });
  const person = newPerson(second.issuer);
  const page = await take(person, await allowed(person), 'exchange');
  await second.stop();
  expect(page.text).toContain('200 OK');
  expect((await asked(newPerson(server.issuer))).text, 'and the first one still does').toContain('name="decision"');
});

it('a form of a walk that has expired leads to a page that says how to begin', async () => {
  const person = newPerson(server.issuer);
  const page = await allowed(person);
  await person.submit(page, '/playground/restart', {});
  const late = await take(person, page, 'exchange');
  expect(late.status).toBe(200);
  expect(late.text).toContain('This walk is over.');
  expect(late.text).toContain('Ask for access');
});

it('a step out of order, a repeated answer and a forged one change nothing', async () => {
  const person = newPerson(server.issuer);
  const consent = await asked(person);
  const callback = await answerTo(person, consent);
  expect(callback).toContain('/playground/callback?code=');
  const forged = callback.replace(/state=[^&]*/, 'state=x');
  expect((await person.visit(forged)).text).toContain('That answer does not belong to this walk.');
  expect((await person.visit(callback.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fx.example'))).text).toContain(
    'That answer does not belong to this walk.',
  );
  const page = await take(person, await person.visit(callback), 'exchange');
  expect((await person.visit(callback)).text).toContain('That step is behind you.');
  expect((await take(person, page, 'refused')).text).toContain('That step is behind you.');
  expect((await take(person, page, 'call')).text).toContain('My Project');
});

it('a step that is posted many times at once is taken once, and each request shows its result', async () => {
  const person = newPerson(server.issuer);
  const page = await allowed(person);
  await Promise.all(Array.from({ length: 8 }, () => person.visit('/playground')));
  const all = await Promise.all(Array.from({ length: 8 }, () => take(person, page, 'exchange')));
  for (const { text } of all) expect(text).toContain('Next: call the API');
  expect((await take(person, page, 'call')).text, 'a code sent twice would end the token').toContain('My Project');
});

it('a walk is not shown to strangers, and its tokens cannot be read in the database', async () => {
  const person = newPerson(server.issuer);
  const page = await take(person, await take(person, await allowed(person), 'exchange'), 'call');
  const token = /Bearer (eyJ[\w.-]+)/.exec(commandOn(page))?.[1] ?? '';
  expect(token.split('.')).toHaveLength(3);
  expect((await newPerson(server.issuer).visit('/playground')).text).not.toContain('You allowed it');
  const rows = await server.db.run({ name: 'walks', text: 'SELECT payload FROM artifacts' }, []);
  const stored = Buffer.concat(rows.map((row) => (row as { payload: Buffer }).payload)).toString('latin1');
  expect(stored).not.toContain(token.slice(0, 30));
});

it('the API of the walk asks for a second step before it transfers a project', async () => {
  const person = newPerson(server.issuer);
  const page = await take(person, await take(person, await allowed(person), 'exchange'), 'call');
  const headers = { authorization: /Bearer eyJ[\w.-]+/.exec(commandOn(page))?.[0] ?? '' };
  const response = await fetch(`${api()}/proj_123abc/transfer`, { method: 'POST', headers });
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringMatching(
      /^Bearer error="insufficient_user_authentication", .* acr_values="urn:vibecaas:acr:2", max_age="3600", scope="projects:write", /,
    ),
  ]);
});

it('a form without its anti-forgery value gets 403', async () => {
  const person = newPerson(server.issuer);
  await person.visit('/playground');
  const body = new URLSearchParams({ csrf: 'x' });
  for (const action of ['ask', 'restart', 'exchange']) {
    expect((await person.request(`/playground/${action}`, { method: 'POST', body })).status).toBe(403);
  }
});

function hasCurl(): boolean {
  try {
    execFileSync('curl', ['-V']);
    return true;
  } catch {
    return false;
  }
}

async function shell(command: string): Promise<string> {
  return (await promisify(execFile)('/bin/sh', ['-c', command])).stdout;
}

const api = () => `${server.issuer}/playground/api/v1/projects`;

it('the API of the walk names the address of its metadata, which are there', async () => {
  const challenge = (await fetch(api())).headers.get('www-authenticate') ?? '';
  const [, metadata = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
  const response = await fetch(metadata);
  expect([response.status, await response.json()]).toEqual([
    200,
    expect.objectContaining({ authorization_servers: [server.issuer] }),
  ]);
});

/** The command in the open step, as copied from the page. */
function commandOn(page: Page): string {
  const text = /<pre class="block">([\s\S]*?)<\/pre>/.exec(page.text)?.[1] ?? '';
  return text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

/** Posts a step with the anti-forgery value of the page, whether the page offers the step or not. */
function take(person: Person, page: Page, step: string): Promise<Page> {
  const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
  return person.visit(`/playground/${step}`, { method: 'POST', body: new URLSearchParams({ csrf }) });
}

/** The consent page of a walk. */
async function asked(person: Person): Promise<Page> {
  const page = await person.submit(await person.visit('/playground'), '/playground/ask', {});
  return person.submit(page, '/sign-in', { email: demo.email, password: demo.password });
}

/** The address to which the browser is sent with the answer, without going there. */
async function answerTo(person: Person, consent: Page): Promise<string> {
  const { action, hidden } = formOf(consent, '/consent');
  const body = new URLSearchParams([...hidden, ['projects', 'all'], ['decision', 'allow']]);
  const resume = await person.request(action, { method: 'POST', body });
  const answer = await person.request(resume.headers.get('location') ?? '');
  return answer.headers.get('location') ?? '';
}

async function allowed(person: Person): Promise<Page> {
  return decide(person, await asked(person), 'allow');
}
