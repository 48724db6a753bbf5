/** vcauth on the embedded database: while no server runs, while one does, and `try` against that server. */
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../src/policy/demo.ts';
import { findEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { freePort } from '../support/free-port.ts';
import { decide, newPerson } from '../support/person.ts';
import { startNode, type Vcauth, vcauthProcessIn } from './vcauth.ts';

let dataDir: string;
let env: Record<string, string>;
let vcauth: Vcauth;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vcauth-cli-'));
  env = { DATA_DIR: dataDir, PORT: String(await freePort()), METRICS_PORT: 'off' };
  vcauth = vcauthProcessIn(env);
});
afterAll(async () => {
  // Where the clusters of root are: elsewhere, because PostgreSQL runs as another user.
  const location = join(dataDir, 'postgres', 'location');
  if (existsSync(location)) await rm((await readFile(location, 'utf8')).trim(), { recursive: true });
  await rm(dataDir, { recursive: true });
});

const ada = ['accounts', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--password-stdin'];

test('a command without a server prepares, migrates, uses and stops the database', async () => {
  const { code, stdout, stderr } = await vcauth([...ada, '--json'], 'a long enough password');
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('0001_initial.sql') });
  expect(JSON.parse(stdout)).toMatchObject({ email: 'ada@example.com' });
  expect(await findEmbeddedPostgres(dataDir)).toBeUndefined();
  expect(await vcauth.json(['accounts', 'list'])).toMatchObject([{ email: 'ada@example.com' }]);
});

test('try without a server names the step and the way out', async () => {
  const { code, stdout, stderr } = await vcauth(['try', '--yes', '--json']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Step 1, Discover the server: nobody answers at http:\/\/localhost:\d+/);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, steps: [{ name: 'Discover the server', ok: false }] });
});

describe('while the server runs', () => {
  let server: ChildProcess;
  beforeAll(async () => {
    const started = startNode(['src/main.ts'], env);
    server = started;
    await new Promise<void>((resolve, reject) => {
      let [stdout, stderr] = ['', ''];
      started.stderr.on('data', (chunk) => (stderr += chunk));
      started.stdout.on('data', (chunk) => {
        stdout += chunk;
        if (stdout.includes('demo gateway')) resolve();
      });
      started.once('close', (code) => reject(new Error(`the server ended with ${code}: ${stdout}${stderr}`)));
    });
  });
  afterAll(async () => {
    const closed = new Promise((resolve) => server.once('close', resolve));
    server.kill('SIGTERM');
    await closed;
    expect(await findEmbeddedPostgres(dataDir)).toBeUndefined();
  });

  test('a command shares its database and leaves it running', async () => {
    const all = await vcauth.json<{ email: string }[]>(['accounts', 'list']);
    expect(all.map(({ email }) => email)).toEqual(['ada@example.com', 'demo@vibecaas.localhost']);
    expect(await findEmbeddedPostgres(dataDir)).toBeDefined();
    expect((await fetch(`http://localhost:${env.PORT}/readyz`)).status).toBe(200);
  });

  test('try --yes walks the whole flow and shows no secret', async () => {
    const { code, stdout, stderr } = await vcauth(['try', '--yes']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const steps = [...stdout.matchAll(/^\d+\. (.*)$/gm)].map(([, name]) => name);
    expect(steps).toEqual([
      'Discover the server',
      'Send the person to the authorization page',
      'Receive the answer',
      'Exchange the code for tokens',
      'Look into the access token, as a gateway does',
      'Use it: ask who signed in',
      'Refresh: new tokens without asking the person',
      'Revoke',
      'Refresh again: refused',
      'Use the access token again: refused, though it has not expired',
    ]);
    expect(stdout).toMatch(/The signature is right\. (60 min 0 s|59 min \d+ s) left\./);
    expect(stdout).toContain('error: invalid_grant');
    expect(stdout).toContain('All of it works.');
    expect(stdout).not.toMatch(/vcs_rt_[\w-]{20}|eyJ[\w-]{20}|code=[\w-]{20}|demo-password/);
  });

  test('try --yes --json prints one document', async () => {
    const walked = await vcauth.json<{ ok: boolean; steps: { ok: boolean }[] }>(['try', '--yes']);
    expect(walked).toMatchObject({ ok: true, client_id: 'demo-cli', issuer: `http://localhost:${env.PORT}` });
    expect(walked.steps.map(({ ok }) => ok)).toEqual(Array(10).fill(true));
  });

  test('try --device walks by a code, and shows no secret', async () => {
    const { code, stdout, stderr } = await vcauth(['try', '--device', '--yes']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const steps = [...stdout.matchAll(/^\d+\. (.*)$/gm)].map(([, name]) => name);
    expect(steps.slice(0, 5)).toEqual([
      'Discover the server',
      'Ask for codes',
      'Show the code',
      'Ask for tokens until the person has decided',
      'Look into the access token, as a gateway does',
    ]);
    expect(stdout).toContain('confirmed that this is the device');
    expect(stdout).toContain('All of it works.');
    expect(stdout).not.toMatch(/vcs_rt_[\w-]{20}|eyJ[\w-]{20}|code=[\w-]{20}|demo-password/);
  });

  test('try --device without --yes shows code and link, says what it waits for, and stops when the person says no', async () => {
    const waiting = startNode(['src/cli.ts', 'try', '--device'], env);
    let [stdout, stderr] = ['', ''];
    waiting.stderr.on('data', (chunk) => (stderr += chunk));
    const ended = new Promise((resolve) => waiting.once('close', resolve));
    await new Promise<void>((resolve) => {
      waiting.stdout.on('data', (chunk) => {
        stdout += chunk;
        if (stdout.includes('authorization_pending: nobody has decided yet')) resolve();
      });
      waiting.once('close', () => resolve());
    });
    const [, page, code] = /^ {2}(http\S+\/device)\n\n {2}([A-Z]{4}-[A-Z]{4})$/m.exec(stderr) ?? [];
    const person = newPerson(`http://localhost:${env.PORT}`);
    const question = await person.submit(await person.visit(page as string), '/device', { user_code: code as string });
    expect((await person.submit(question, '/device', { decision: 'deny' })).text).toContain('Stopped');
    expect(await ended).toBe(1);
    expect(stderr).toContain('access_denied: the person said no');
  });

  test('try leaves no grant behind', async () => {
    expect(await vcauth.json(['grants', 'list'])).toEqual([]);
  });

  test.each([
    ['allow', 0, /All of it works\./, /^$/],
    [
      'deny',
      1,
      /^3\. Receive the answer\n.*error=access_denied/ms,
      /Step 3, Receive the answer: the answer is access_denied/,
    ],
  ] as const)('try without --yes waits for a person, who says %s', async (decision, code, prints, complains) => {
    const waiting = startNode(['src/cli.ts', 'try'], env);
    let [stdout, stderr] = ['', ''];
    waiting.stdout.on('data', (chunk) => (stdout += chunk));
    const address = new Promise<string>((resolve, reject) => {
      waiting.once('close', () => reject(new Error(`it did not wait: ${stdout}${stderr}`)));
      waiting.stderr.on('data', (chunk) => {
        stderr += chunk;
        const shown = /^ {2}(http\S+)$/m.exec(stderr)?.[1];
        if (shown) resolve(shown);
      });
    });
    const ended = new Promise((resolve) => waiting.once('close', resolve));

    const person = newPerson(`http://localhost:${env.PORT}`);
    const page = await person.visit(await address);
    const consent = await person.submit(page, '/sign-in', { email: demo.email, password: demo.password });
    const answer = await decide(person, consent, decision);
    const closing = await fetch(answer.headers.get('location') as string);
    expect(await closing.text()).toContain('You can close this page');
    expect({ code: await ended, stderr: stderr.replace(/^\nOpen this address[\s\S]*?http\S+\n\n/, '') }).toEqual({
      code,
      stderr: expect.stringMatching(complains),
    });
    expect(stdout).toMatch(prints);
  });

  test('try says which step failed, and why', async () => {
    const unknown = await vcauth(['try', '--yes', '--client-id', 'nobody']);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/^Step 2, Send the person to the authorization page: .*\(4\d\d\)/);
    const elsewhere = await vcauth(['try', '--yes', '--issuer', `http://127.0.0.1:${env.PORT}`]);
    expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Step 1, Discover the server: /) });
    await vcauth.json(
      ['accounts', 'set-password', 'demo@vibecaas.localhost', '--password-stdin', '--reason', 'Asked for.'],
      'not the demo password',
    );
    const locked = await vcauth(['try', '--yes']);
    expect(locked).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Step 2, .*\(422\).*password/s) });
  });
});
