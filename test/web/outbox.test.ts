/** The page of mails that were not sent: only with demo data and without a mail server, because they hold links that work. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { queueMail } from '../../src/operations/mail.ts';
import { newPerson } from '../support/person.ts';
import { until } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let name: string;
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vcauth-outbox-'));
  server = await startTestServer({ demo: true, env: { DATA_DIR: home } });
  const facts = { at: '2026-11-24T07:52:44.000Z', name: '<script>alert(1)</script>' };
  await queueMail(server.db, { kind: 'passkey_added', to: 'ada@example.com', facts });
  await queueMail(server.db, { kind: 'reset_password', to: server.person.email, facts });
  await until(async () => (await rowsOf(server.db, `SELECT 1 FROM mails WHERE status = 'sent'`)).length === 2);
  const list = await newPerson(server.issuer).visit('/outbox');
  name = /href="\/outbox\/([\w-]+)"><b><bdi>Your account now/.exec(list.text)?.[1] as string;
});
afterAll(async () => {
  await server.stop();
  await rm(home, { recursive: true });
});

const get = (path: string, on: TestServer = server) => newPerson(on.issuer).request(path);

it('the list names each mail, and a link in one works', async () => {
  const list = await get('/outbox');
  expect([list.status, list.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(list.text).toContain('<bdi>ada@example.com</bdi>');
  const reset = /href="(\/outbox\/[\w-]+)"><b><bdi>Set a new password/.exec(list.text)?.[1] as string;
  const link = /href="(http:\/\/localhost:\d+\/reset\/vcs_ml_[\w-]{43})"/.exec((await get(reset)).text)?.[1] as string;
  expect((await newPerson(server.issuer).visit(link)).url).toBe(`${server.issuer}/reset/new`);
});

it('the text of a mail is escaped, and its HTML is a page in a sandbox that loads and runs nothing', async () => {
  const shown = await get(`/outbox/${name}`);
  expect(shown.status).toBe(200);
  expect(shown.text).toContain('&lt;script&gt;alert(1)');
  const html = await get(`/outbox/${name}/html`);
  expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(html.text).not.toContain('<script>');
  expect(html.headers.get('content-security-policy')?.split('; ').toSorted()).toEqual([
    "base-uri 'none'",
    "default-src 'none'",
    "frame-ancestors 'none'",
    'sandbox',
    "style-src 'unsafe-inline'",
  ]);
  expect(html.headers.get('referrer-policy')).toBe('no-referrer');
});

it('a name without a mail is not found, whatever path it holds', async () => {
  const names = ['nonsense', '20261124T075244Z-00000000', `..%2Foutbox%2F${name}`, `${name}.json`];
  for (const one of names) {
    expect((await get(`/outbox/${one}`)).status, one).toBe(404);
    expect((await get(`/outbox/${one}/html`)).status, one).toBe(404);
  }
});

it('without demo data, or with a mail server, the page does not exist', async () => {
  const live = await startTestServer({ beside: server, env: { DATA_DIR: home } });
  const sending = await startTestServer({
    beside: server,
    demo: true,
    env: { DATA_DIR: home, SMTP_URL: 'smtp://127.0.0.1:9' },
  });
  try {
    for (const one of [live, sending]) {
      for (const path of ['/outbox', `/outbox/${name}`, `/outbox/${name}/html`]) {
        expect((await get(path, one)).status, path).toBe(404);
      }
    }
  } finally {
    await sending.stop();
    await live.stop();
  }
});

it('demo data exist only on the embedded database, for an issuer on this machine', () => {
  expect(readConfig({}).demo).toBe(true);
  expect(readConfig({ DATABASE_URL: 'postgresql://localhost/auth', SECRETS: 'x'.repeat(32) }).demo).toBe(false);
  expect(() => readConfig({ ISSUER: 'https://auth.example.com' })).toThrow(/localhost only/);
});
