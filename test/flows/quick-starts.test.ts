/**
 * The programs and commands of docs/app-developers.md, as a reader of this server's page copies them: with its addresses, and
 * with the client id of the demo data. Only the port is a free one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conformance } from '../support/conformance.ts';
import { freePort } from '../support/free-port.ts';
import { type Command, go, javaScript, type Language, php, pythonWith, ruby } from '../support/languages.ts';
import { decide, newPerson, type Person, signIn } from '../support/person.ts';
import { until } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const quickStarts: [heading: string, fence: string, language: Language][] = [
  ['JavaScript', 'js', javaScript],
  ['Python', 'python', pythonWith('Authlib', 'authlib', 'authlib and requests')],
  ['Go', 'go', go('S256ChallengeOption')],
  ['Ruby', 'ruby', ruby()],
  ['PHP', 'php', php()],
];
const missing = quickStarts.filter(([, , { lacks }]) => lacks);
for (const [heading, , { lacks }] of missing)
  process.stdout.write(`skipped: the quick start in ${heading}: ${lacks}.\n`);
const seen = conformance(import.meta.url, { lacks: missing.map(([, , { library }]) => library) });

let server: TestServer;
let page: string;
let person: Person;
const running: ChildProcess[] = [];
beforeAll(async () => {
  server = await startTestServer({ demo: true });
  page = await (await fetch(`${server.issuer}/docs/app-developers.md`)).text();
  person = newPerson(server.issuer);
});
afterAll(async () => {
  for (const program of running) program.kill();
  await server.stop();
});

interface Started {
  /** Where the program sends the person. */
  readonly authorization: URL;
  /** Returns what the program says once the person is back at this address. */
  finish(back: string): Promise<string>;
}

/** A program that prints an address and waits for the person. */
async function startProgram({ program, args }: Command): Promise<Started> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = once(child, 'close');
  await Promise.race([once(reader, 'line'), ended]);
  const [, address] = /^Open (\S+)$/.exec(lines[0] ?? '') ?? [];
  if (!address) throw new Error(`The program printed no address: ${said}`);
  return {
    authorization: new URL(address),
    async finish(back) {
      expect(await (await fetch(back)).text()).toContain('You can close this page.');
      const [status] = await ended;
      const printed = [...lines.slice(1), said.trim()].filter(Boolean).join('\n');
      expect(status, printed).toBe(printed.startsWith('Failed') ? 1 : 0);
      return printed;
    },
  };
}

/** A page that redirects to the authorization endpoint, and is where the person comes back to. */
async function startPage({ program, args }: Command, port: number): Promise<Started> {
  const child = spawn(program, args, { stdio: 'ignore' });
  running.push(child);
  const visitor = newPerson(`http://127.0.0.1:${port}`);
  let address = '';
  await until(async () => {
    const page = await visitor.request('/').catch(() => undefined);
    address = page?.headers.get('location') ?? '';
    return address !== '';
  });
  return {
    authorization: new URL(address),
    async finish(back) {
      const { text } = await visitor.request(back);
      child.kill();
      await once(child, 'close');
      return text.trim();
    },
  };
}

async function answerOf({ authorization }: Started, decision: 'allow' | 'deny'): Promise<string> {
  let shown = await person.visit(authorization.href);
  if (shown.text.includes('name="password"')) shown = await signIn(person, shown, server.person.email);
  return (await decide(person, shown, decision)).headers.get('location') as string;
}

/** The address of an answer that somebody made up. */
function madeUp({ authorization }: Started, changed: 'state' | 'iss', value: string): string {
  const back = new URL(authorization.searchParams.get('redirect_uri') as string);
  const state = authorization.searchParams.get('state') as string;
  const answer = { code: 'of-somebody-else', state, iss: server.issuer, [changed]: value };
  for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
  return back.href;
}

function codeOf(heading: string, fence: string): string {
  const section = page.split(`\n### ${heading}\n`)[1] ?? '';
  return new RegExp(`^\`\`\`${fence}\n(.*?)^\`\`\`$`, 'ms').exec(section)?.[1] as string;
}

describe.each(quickStarts)('The quick start in %s', (heading, fence, language) => {
  let port: number;
  let command: Command;
  beforeAll(async () => {
    if (language.lacks) return;
    port = await freePort();
    command = await language.commandOf(codeOf(heading, fence).replaceAll('8765', String(port)), port);
  });
  const start = () => (heading === 'PHP' ? startPage(command, port) : startProgram(command));

  it.skipIf(language.lacks)('gets tokens, calls the API, refreshes and revokes', async () => {
    const started = await start();
    expect(started.authorization.searchParams.get('client_id')).toBe('demo-cli');
    const printed = await started.finish(await answerOf(started, 'allow'));
    expect(printed).toBe('Granted: projects:read\nProjects: 2\nRefreshed: projects:read\nRevoked');
    expect(await rowsOf(server.db, "SELECT id FROM grants WHERE client_id = 'demo-cli'")).toEqual([]);
    if (heading === 'JavaScript') return;
    const client = `${language.library} (${heading})`;
    seen(
      { scenario: 'Authorization code with PKCE', specification: 'RFC 6749 §4.1, RFC 7636 §4', client },
      { scenario: 'Refresh', specification: 'RFC 6749 §6', client },
      { scenario: 'Revocation', specification: 'RFC 7009 §2', client },
    );
  });

  it.skipIf(language.lacks)('refuses what it did not ask for, and says so when the person denies', async () => {
    const started = await start();
    const denied = await started.finish(await answerOf(started, 'deny'));
    expect(denied).toBe('Failed: access_denied The person said no');
    for (const [name, value] of [
      ['state', 'of-another-request'],
      ['iss', 'https://other.example'],
    ] as const) {
      const attacked = await start();
      expect(await attacked.finish(madeUp(attacked, name, value))).toMatch(/^Failed: (?!invalid_grant)/);
    }
    expect(server.logged()).not.toContain('of-somebody-else');
  });
});
