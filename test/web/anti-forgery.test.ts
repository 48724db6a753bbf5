/** Every form of our pages, from the lists of the routers that answer it, sent without its anti-forgery value. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fingerprint } from '../bad-input/table.ts';
import { signedInAdmin } from '../support/admin.ts';
import type { Person } from '../support/person.ts';
import { listedRouters } from '../support/routers.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const routers = await listedRouters();
const isOfProgram = (path: string) => path.startsWith('/oauth/');
/** Their forms belong to a link that was mailed: flows/reset, flows/registration, flows/address and others have one. */
const isOfLink = (path: string) => /^\/(reset\/new|verify|address|undo|register\/new|invitation)(\/|$)/.test(path);
const forms = routers
  .flatMap((router) => router.stack)
  .filter(({ methods }) => methods.includes('POST'))
  .map(({ path }) => String(path))
  .filter((path) => !isOfProgram(path) && !isOfLink(path));

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ demo: true, env: { REGISTRATION: 'open' } });
  admin = await signedInAdmin(server);
});
afterAll(() => server.stop());

it('every page with a form is among them', () => {
  expect(forms.length).toBeGreaterThan(100);
});

it.each(forms)('%s accepts no form without the value of its own page', async (path) => {
  const at = path.replaceAll(/:\w+/g, 'x');
  const before = await fingerprint(server.db);
  for (const csrf of [[], [['csrf', 'A'.repeat(43)]]]) {
    const body = new URLSearchParams([...csrf, ['reason', 'A test.']]);
    const page = await admin.request(at, { method: 'POST', body });
    expect([page.status, page.headers.get('location')]).toEqual([403, null]);
    expect(page.text).toContain('This form was not accepted');
  }
  expect(await fingerprint(server.db)).toEqual(before);
});
