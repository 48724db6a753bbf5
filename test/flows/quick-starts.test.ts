/** The complete programs in docs/app-developers.md, run as they stand there, with this server's address and a free port. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const programs: ChildProcess[] = [];
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const app = {
    client_id: 'demo-cli',
    client_name: 'CLI',
    type: 'native',
    redirect_uris: ['http://127.0.0.1/callback'],
  };
  await createClient(server.db, app as never, { id: 'test' });
});
afterAll(async () => {
  for (const program of programs) program.kill();
  await server.stop();
});

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) process.stdout.write('skipped: the quick start in Python. There is no python3 here.\n');

it.each(
  [
    { language: 'js', marker: 'process.env.ISSUER', command: ['node', '--input-type=module', '-e'], there: true },
    { language: 'python', marker: 'os.environ', command: ['python3', '-c'], there: hasPython },
  ].filter(({ there }) => there),
)('the complete program in $language gets tokens', async ({ language, marker, command }) => {
  const blocks = readFileSync('docs/app-developers.md', 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms);
  const code = [...blocks].find(([, name, text]) => name === language && text?.includes(marker))?.[2] as string;
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, [...args, code.replaceAll('8765', String(await freePort()))], {
    env: { ...process.env, ISSUER: server.issuer },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  programs.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const person = newPerson(server.issuer);
  const page = await signIn(person, await person.visit(String((await lines.next()).value)), server.person.email);
  const back = (await decide(person, page, 'allow')).headers.get('location') as string;
  expect((await fetch(back)).status).toBe(200);
  expect((await lines.next()).value).toMatch(/projects:read 3600/);
});
