/**
 * Each browser has a secret of its own, and no other browser can continue what it began. Here the other browser holds
 * every cookie of the first except the secret, which a neighbouring host can bring about; see browser/neighbour too.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeUrl, callback } from '../../support/oauth.ts';
import { decide, formOf, newPerson, type Page, type Person, signIn } from '../../support/person.ts';
import { addPerson, password, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ demo: true });
});
afterAll(() => server.stop());

const secretOf = async (person: Person) =>
  (await person.jar.getCookies(server.issuer)).find(({ key }) => key === 'vcauth_browser')?.value;

interface Open {
  readonly person: Person;
  readonly page: Page;
  readonly email: string;
}

async function atSignIn(): Promise<Open> {
  const { email } = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  const person = newPerson(server.issuer);
  return { person, page: await person.visit(authorizeUrl(server)), email };
}
async function atConsent(): Promise<Open> {
  const { person, page, email } = await atSignIn();
  return { person, page: await signIn(person, page, email), email };
}

const allowing = { decision: 'allow', projects: 'all' };
const post = (page: Page, action: string, fields: Record<string, string>): [string, RequestInit] => {
  const form = formOf(page, action);
  return [form.action, { method: 'POST', body: new URLSearchParams([...form.hidden, ...Object.entries(fields)]) }];
};
const resumeOf = ({ page }: Open): [string] => [page.url.replace('/interaction/', '/oauth/authorize/')];

/** A request that belongs to the browser of `open`, and what its owner does after another browser has tried it. */
const requests: [string, () => Promise<Open>, (open: Open) => [string, RequestInit?], (open: Open) => Promise<Page>][] =
  [
    ['reading the sign-in page', atSignIn, ({ page }) => [page.url], signInAndAllow],
    ['signing in', atSignIn, ({ page, email }) => post(page, '/sign-in', { email, password }), signInAndAllow],
    ['reading the consent page', atConsent, ({ page }) => [page.url], allow],
    ['allowing', atConsent, ({ page }) => post(page, '/consent', allowing), allow],
    ['denying', atConsent, ({ page }) => post(page, '/consent', { decision: 'deny' }), allow],
    ['“Not you?”', atConsent, ({ page }) => post(page, '/switch', {}), allow],
    ['resuming before an answer', atConsent, resumeOf, allow],
    ['resuming after it', answered, resumeOf, ({ person, page }) => person.visit(resumeOf({ page } as Open)[0])],
  ];

async function signInAndAllow({ person, page, email }: Open): Promise<Page> {
  return decide(person, await signIn(person, page, email), 'allow');
}
function allow({ person, page }: Open): Promise<Page> {
  return decide(person, page, 'allow');
}
/** An interaction whose person has allowed, and has not yet returned to the engine. */
async function answered(): Promise<Open> {
  const open = await atConsent();
  const sent = await open.person.request(...post(open.page, '/consent', allowing));
  expect(sent.status).toBe(303);
  return open;
}

describe.each([
  ['another secret', async () => secretOf((await atSignIn()).person)],
  ['none', async () => undefined],
  ['a secret that was made up', async () => 'A'.repeat(43)],
  ['two', async (own: string) => `${own}; vcauth_browser=${own}`],
])('a browser with the cookies of another and %s', (_, secret) => {
  it.each(requests)('gains nothing by %s, and ends nothing', async (_name, begin, request, goOn) => {
    const open = await begin();
    const [path, init] = request(open);
    const url = new URL(path, server.issuer).href;
    const own = (await secretOf(open.person)) as string;
    const other = await secret(own);
    const cookies = (await open.person.jar.getCookies(url)).filter(({ key }) => key !== 'vcauth_browser');
    const cookie = [...cookies.map((one) => one.cookieString()), ...(other ? [`vcauth_browser=${other}`] : [])];
    const headers = { accept: 'text/html', cookie: cookie.join('; ') };
    const stolen = await fetch(url, { ...init, redirect: 'manual', headers });
    expect([400, 403, 410]).toContain(stolen.status);
    expect(stolen.headers.get('location')).toBeNull();
    const sessions = stolen.headers.getSetCookie().filter((line) => /^vcauth_session=./.test(line));
    for (const line of sessions) expect(cookie).toContain(line.split(';')[0]);
    expect(callback(await goOn(open)).get('code')).toBeTruthy();
  });
});

it.each(['authorization', '/sign-in', '/playground'])(
  'a browser gets its secret before the first page of %s',
  async (at) => {
    const person = newPerson(server.issuer);
    await person.request(at === 'authorization' ? authorizeUrl(server) : at);
    const first = await secretOf(person);
    expect(Buffer.from(first as string, 'base64url')).toHaveLength(32);
    await person.request(authorizeUrl(server));
    expect(await secretOf(person)).toBe(first);
  },
);

it('a request by POST, which another site’s page sends without cookies, leaves the secret as it is', async () => {
  const { searchParams } = new URL(authorizeUrl(server));
  const sent = await newPerson(server.issuer).request('/oauth/authorize', { method: 'POST', body: searchParams });
  expect([sent.status, sent.headers.getSetCookie()]).toEqual([303, []]);
  const { person } = await atSignIn();
  const before = await secretOf(person);
  const page = await person.visit('/oauth/authorize', { method: 'POST', body: searchParams });
  expect(page.text).toContain('autocomplete="current-password"');
  expect(await secretOf(person)).toBe(before);
});

it.each([
  ['HEAD', '/oauth/authorize'],
  ['GET', '/oauth/authorize/'],
  ['GET', '/OAuth/Authorize'],
  ['GET', '//oauth/authorize'],
  ['GET', '/oauth/%61uthorize'],
])('an unusual spelling of the address does not make the server fail: %s %s', async (method, path) => {
  const { search } = new URL(authorizeUrl(server));
  const answer = await fetch(server.issuer + path + search, { method, redirect: 'manual' });
  expect(answer.status).toBeLessThan(500);
  const cookies = answer.headers.getSetCookie();
  if (cookies.some((line) => line.startsWith('vcauth_resume='))) {
    expect(cookies.some((line) => line.startsWith('vcauth_browser='))).toBe(true);
  }
});

it('each cookie of an http issuer has a name of ours, because cookies do not distinguish ports', async () => {
  const { person, page } = await atConsent();
  await decide(person, page, 'allow');
  const apps = await person.visit('/account/apps');
  await person.submit(apps, '/disconnect', { client_id: 'spa' });
  await person.visit('/playground');
  await person.visit('/oauth/logout');
  const keys = person.jar.serializeSync()?.cookies.map(({ key }) => String(key)) ?? [];
  expect(keys).toContain('vcauth_session');
  expect(keys.filter((key) => !key.startsWith('vcauth_'))).toEqual([]);
});
