/** The documentation is served from the files of docs/, with the addresses and the client id of its reader. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { servedDocuments } from '../../../src/web/docs/documents.ts';
import { addressesOf, fill } from '../../../src/web/docs/fill.ts';
import { createPages } from '../../../src/web/docs/pages.ts';
import { render } from '../../../src/web/docs/render.ts';
import { signedInAs } from '../../support/admin.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const get = async (path: string) => {
  const answer = await fetch(server.issuer + path);
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};
const config = { issuer: 'https://auth.example', apiResource: 'https://api.example', demo: false };
const addresses = addressesOf(config);
const reader = { ...addresses, clientId: 'notes' };

it('every document of the list is a file, a page and a file in Markdown', async () => {
  for (const { name, title } of servedDocuments) {
    expect(existsSync(new URL(`../../../docs/${name}.md`, import.meta.url)), name).toBe(true);
    const [page, file] = await Promise.all([get(`/docs/${name}`), get(`/docs/${name}.md`)]);
    expect([page.status, page.type, file.status, file.type]).toEqual([
      200,
      'text/html; charset=utf-8',
      200,
      'text/markdown; charset=utf-8',
    ]);
    expect(page.text).toContain(`<title>${title} · VibeCaaS</title>`);
    expect(page.text).toContain(`href="/docs/${name}" aria-current="page"`);
    expect(file.text.startsWith('# ')).toBe(true);
  }
});

it('every link and every anchor of a page leads somewhere', async () => {
  const pages = new Map(
    await Promise.all(
      servedDocuments.map(async ({ name }) => [`/docs/${name}`, (await get(`/docs/${name}`)).text] as const),
    ),
  );
  const broken: string[] = [];
  for (const [address, text] of pages) {
    const main = /<main[\s\S]*<\/main>/.exec(text)?.[0] ?? '';
    for (const [, href = ''] of main.matchAll(/href="([^"]+)"/g)) {
      if (/^(https?|mailto):/.test(href)) continue;
      const [path = '', anchor] = href.split('#');
      const target = pages.get((path || address) as `/docs/${string}`);
      if (target === undefined) {
        if ((await get(path)).status !== 200) broken.push(`${address} → ${href}`);
      } else if (anchor && !target.includes(`id="${anchor}"`)) broken.push(`${address} → ${href}`);
    }
  }
  expect(broken).toEqual([]);
});

it('what is not on the list does not exist, however it is asked for', async () => {
  for (const name of ['operations', 'operations.md', 'README', '..%2FREADME.md', 'app-developers.mdx', 'decisions']) {
    expect([name, (await get(`/docs/${name}`)).status]).toEqual([name, 404]);
  }
});

it('pages have the addresses of this server, and the client id of the address', async () => {
  const { text } = await get('/docs/app-developers.md?client_id=notes-app');
  expect(text).toContain(`discovery(new URL('${server.issuer}'), 'notes-app')`);
  expect(text).not.toContain('auth.vibecaas.com');
  const hostile = await get(`/docs/app-developers?client_id=${encodeURIComponent("'</pre><script>alert(1)</script>")}`);
  expect(hostile.text).toContain('your-client-id');
  expect(hostile.text).not.toContain('alert(1)');
});

it('a person who is signed in reads the client id of their own app', async () => {
  const person = await signedInAs(server, server.person.email);
  await createClient(
    server.db,
    {
      client_id: 'own-app',
      client_name: 'Own App',
      type: 'spa',
      redirect_uris: ['https://own.example/cb'],
      scope: 'projects:read',
      owner_email: server.person.email,
    },
    { id: 'test' },
  );
  const { text } = await person.visit('/docs/app-developers');
  expect(text).toContain('own-app');
});

it('the overview for programs lists every document, and the guide for agents is there', async () => {
  const [overview, guide] = await Promise.all([get('/llms.txt'), get('/auth.md')]);
  expect(overview.type).toBe('text/plain; charset=utf-8');
  for (const { name } of servedDocuments) expect(overview.text).toContain(`(${server.issuer}/docs/${name}.md)`);
  expect(guide.type).toBe('text/markdown; charset=utf-8');
  expect(guide.text).toContain(`${server.issuer}/.well-known/oauth-authorization-server`);
});

it('a page is made once for all readers, and each reads what would be made for them', () => {
  const { clientId } = reader;
  const pageOf = createPages(addresses);
  for (const { name } of servedDocuments) {
    const markdown = readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
    expect(pageOf(name, markdown, undefined)).toBe(pageOf(name, markdown, undefined));
    expect(pageOf(name, markdown, clientId)).toEqual(render(fill(markdown, reader)));
    expect(pageOf(name, markdown, undefined)).toEqual(render(fill(markdown, { ...addresses, clientId: undefined })));
  }
});

it('only links to what the reader can reach stay links', () => {
  const text = '[a](app-developers.md#x) [b](operations.md) [c](https://a.example) [d](../src/app.ts) [e](#f)';
  expect(fill(text, reader)).toBe(
    '[a](app-developers.md#x) b [c](https://a.example) ../src/app.ts [e](#f)'.replace('../src/app.ts', 'd'),
  );
});

it('addresses that only begin like ours are left alone', () => {
  expect(fill('https://auth.vibecaas.com https://auth.vibecaas.com/x https://auth.vibecaas.com.evil', reader)).toBe(
    'https://auth.example https://auth.example/x https://auth.vibecaas.com.evil',
  );
});

it('examples call the API of this installation, and with demo data the sample API of this server', () => {
  const text =
    'https://api.vibecaas.com/v1/projects https://api.vibecaas.com/v12 https://api.vibecaas.com http://localhost:3000';
  expect(fill(text, reader)).toBe(
    'https://api.example/v1/projects https://api.example/v12 https://api.example http://localhost:3000',
  );
  const local = addressesOf({ ...config, issuer: 'http://localhost:4000', demo: true });
  expect(fill(text, { ...local, clientId: undefined })).toBe(
    'http://localhost:4000/playground/api/v1/projects https://api.example/v12 https://api.example http://localhost:4000',
  );
});

it('HTML in a file is shown as text, and scripts are no addresses', () => {
  const { html, contents } = render('## A `b`\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))\n\n## A b\n');
  expect(html).not.toMatch(/<img|javascript:/);
  expect(contents).toEqual([
    { id: 'a-b', text: 'A b' },
    { id: 'a-b-1', text: 'A b' },
  ]);
});

it('every document that is served has its title on top', () => {
  for (const { name } of servedDocuments) {
    expect(readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8')).toMatch(/^# .+\n/);
  }
});
