/**
 * Libraries of other languages, with a secret and otherwise as they come. The person leaves out one of two scopes. A library
 * that this machine lacks keeps what the document says of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { conformance, documentPath, fileOf, replaceRows, rowsOf, staleRows } from '../../support/conformance.ts';
import { go, type Language, pythonWith, ruby } from '../../support/languages.ts';
import { decide, newPerson, signIn } from '../../support/person.ts';
import { rowsOf as rowsOfTable } from '../../support/rows.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../../support/server.ts';

const libraries: [file: string, language: Language, speech: string][] = [
  ['authlib.py', pythonWith('Authlib', 'authlib', 'authlib and requests'), 'Python'],
  ['requests_oauthlib.py', pythonWith('requests-oauthlib', 'requests_oauthlib', 'requests-oauthlib'), 'Python'],
  ['oauth2.go', go('SetAuthURLParam'), 'Go'],
  ['oauth2.rb', ruby(), 'Ruby'],
];
const missing = libraries.map(([, language]) => language).filter(({ lacks }) => lacks);
for (const { library, lacks } of missing) process.stdout.write(`skipped: the flow with ${library}: ${lacks}.\n`);
const seen = conformance(import.meta.url, { lacks: missing.map(({ library }) => library) });

const scope = 'openid projects:read analytics:read';
const granted = 'openid projects:read';
let server: TestServer;
const app = { CLIENT_ID: 'with-secret', CLIENT_SECRET: '' };
const running: ChildProcess[] = [];
beforeAll(async () => {
  if (missing.length === libraries.length) return;
  server = await startTestServer();
  const client = {
    client_id: app.CLIENT_ID,
    client_name: 'App with a secret',
    type: 'web',
    redirect_uris: [redirectUri],
    optional_scope: 'analytics:read',
  } as const;
  app.CLIENT_SECRET = (await createClient(server.db, client, { id: 'test' })).clientSecret as string;
});
afterAll(async () => {
  for (const program of running) program.kill();
  await server?.stop();
});

/** Runs the program while a person allows only what is required. Returns what it prints at its end, and what went wrong. */
async function run(language: Language, file: string, more: Record<string, string>) {
  const code = readFileSync(fileURLToPath(new URL(`./programs/${file}`, import.meta.url)), 'utf8');
  const { program, args } = await language.commandOf(code, 0);
  const service = { SERVICE_ID: 'service', SERVICE_SECRET: secrets.service };
  const env = { ...process.env, ISSUER: server.issuer, SCOPE: scope, REDIRECT_URI: redirectUri, ...app, ...service };
  const child = spawn(program, args, { env: { ...env, ...more } });
  running.push(child);
  let failure = '';
  child.stderr.on('data', (chunk) => (failure += chunk));
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const person = newPerson(server.issuer);
  const address = (await lines.next()).value;
  expect(address, failure).toBeTruthy();
  const page = await signIn(person, await person.visit(String(address)), server.person.email);
  const back = page.text.includes('name="decision"') ? await decide(person, page, 'allow') : page;
  child.stdin.write(`${back.headers.get('location')}\n`);
  const last = (await lines.next()).value;
  await ended;
  return { result: last ? (JSON.parse(String(last)) as Record<string, string>) : undefined, failure };
}

it.each(libraries.filter(([, { lacks }]) => !lacks))(
  '%s: gets tokens, reads who the person is, refreshes and revokes, and gets tokens of its own',
  async (file, language, speech) => {
    const client = `${language.library} (${speech}), secret by Basic`;
    const families = async () =>
      (await rowsOfTable(server.db, `SELECT id FROM grants WHERE client_id = '${app.CLIENT_ID}'`)).length;
    const isStrict = file === 'requests_oauthlib.py';
    const overHttp = { OAUTHLIB_INSECURE_TRANSPORT: '1' };
    if (isStrict) expect((await run(language, file, overHttp)).failure).toContain('Scope has changed');
    const before = await families();
    const { result, failure } = await run(language, file, { ...overHttp, OAUTHLIB_RELAX_TOKEN_SCOPE: '1' });
    expect(result, failure).toEqual({
      scope: granted,
      sub: server.person.id,
      refreshed: granted,
      service: 'projects:read',
    });
    expect(await families(), 'the family was not revoked').toBe(before);
    seen(
      { scenario: 'Authorization code with PKCE', specification: 'RFC 6749 §4.1, RFC 7636 §4', client },
      { scenario: 'Client credentials', specification: 'RFC 6749 §4.4', client },
      {
        scenario: 'Fewer scopes than it asked for',
        specification: 'RFC 6749 §3.3, §5.1',
        client,
        ...(isStrict && { result: 'passed if OAUTHLIB_RELAX_TOKEN_SCOPE is set' }),
      },
      { scenario: 'Refresh', specification: 'RFC 6749 §6', client },
      { scenario: 'Revocation', specification: 'RFC 7009 §2', client },
      { scenario: 'UserInfo', specification: 'OpenID Connect Core 1.0 §5.3', client },
    );
  },
);

it('the document of what clients can do names no test file that is gone', () => {
  const files = new Set(rowsOf(readFileSync(documentPath, 'utf8')).map(fileOf));
  expect(files.size).toBeGreaterThan(0);
  for (const file of files) expect(() => readFileSync(file), file).not.toThrow();
});

it('a comparison names rows that are missing and rows that nobody saw, of the file that ran only', () => {
  const [old, fresh, other] = [
    '| a | b | c | passed | `x` |',
    '| d | b | c | passed | `x` |',
    '| e | b | c | passed | `y` |',
  ];
  const head = '| Scenario | Specification | Client | Result | Test |\n| --- | --- | --- | --- | --- |\n';
  const text = replaceRows(`Words.\n\n${head}${other}\n`, 'x', [old]);
  expect(staleRows(text, 'x', [fresh])).toEqual([`missing: ${fresh}`, `not seen: ${old}`]);
  expect(staleRows(text, 'x', [old])).toEqual([]);
  expect(rowsOf(replaceRows(text, 'x', [fresh]))).toEqual([fresh, other]);
});

it('rows of clients that this machine lacks are kept, and their versions may differ', () => {
  const [here, newer, elsewhere, alike] = [
    '| a | OAuth 2.0 | lib 1.2 (Go) | passed | `x` |',
    '| a | OAuth 2.0 | lib 1.3 (Go) | passed | `x` |',
    '| a | OAuth 2.0 | gone 4.5 (PHP) | passed | `x` |',
    '| a | OAuth 2.0 | gone-too 4.5 (PHP) | passed | `x` |',
  ];
  const head = '| Scenario | Specification | Client | Result | Test |\n| --- | --- | --- | --- | --- |\n';
  const text = replaceRows(`Words.\n\n${head}`, 'x', [here, elsewhere, alike]);
  const machine = { lacks: ['gone'] };
  expect(staleRows(text, 'x', [newer], machine)).toEqual([`not seen: ${alike}`]);
  expect(staleRows(text, 'x', [newer, alike], { lacks: [] })).toEqual([`not seen: ${elsewhere}`]);
  expect(staleRows(text, 'x', [newer, elsewhere, alike])).toHaveLength(2);
  expect(rowsOf(replaceRows(text, 'x', [newer], machine))).toEqual([elsewhere, newer]);
});
