/**
 * The programs write their log into a real pipe whose reader stands still or exits: they go on, and stop when asked to.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { claimsOf, forgeOf } from '../gateway/tokens.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { obtainTokens } from '../support/oauth.ts';
import { processEnv } from '../support/process-env.ts';
import { deadPort, secrets, startTestServer, type TestServer } from '../support/server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const standsStill = 'exec sleep 600';
const ends = 'exec head -c 1';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** Starts a program whose stdout and stderr are piped into what a shell runs; returns the process of the program. */
function pipedInto(reader: string, program: string, env: Record<string, string>): ChildProcess {
  const script = `exec "$0" ${program} > >(${reader}) 2> >(${reader})`;
  const child = spawn('bash', ['-c', script, process.execPath], {
    cwd: root,
    env: { ...processEnv(), ...env },
    detached: true,
    stdio: 'ignore',
  });
  // The readers are in the process group of the program.
  onTestFinished(() => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // All of them have ended.
    }
  });
  return child;
}

async function endOf(child: ChildProcess): Promise<unknown> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  return (await exit)[0];
}

const answers = (url: string, init?: RequestInit) =>
  fetch(url, init).then(
    ({ status }) => status,
    () => undefined,
  );

describe('the authorization server', () => {
  async function started(reader: string) {
    const [port, metrics] = [await freePort(), await freePort()];
    const child = pipedInto(reader, 'src/main.ts', {
      PORT: String(port),
      HOST: '127.0.0.1',
      DATABASE_URL: server.databaseUrl,
      SECRETS: 'a test secret that is long enough to be one',
      METRICS_PORT: String(metrics),
      DRAIN_SECONDS: '0',
      LOG_FORMAT: 'json',
    });
    const origin = `http://localhost:${port}`;
    await expect.poll(() => answers(`${origin}/readyz`)).toBe(200);
    return {
      child,
      /** Sends this many requests, each of which is a line of some ten thousand characters in the log. */
      async ask(count: number) {
        const found = new Set<unknown>();
        for (let done = 0; done < count; done += 50) {
          const asked = Array.from({ length: 50 }, () => answers(`${origin}/nowhere?${'a'.repeat(10_000)}`));
          for (const status of await Promise.all(asked)) found.add(status);
        }
        return [...found];
      },
      async dropped() {
        const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
        return Number(/^log_lines_dropped_total (\d+)$/m.exec(text)?.[1]);
      },
    };
  }

  it('answers every request while the reader of its log stands still, counts what it drops, and stops', async () => {
    const { child, ask, dropped } = await started(standsStill);
    expect(await dropped()).toBe(0);
    expect(await ask(600)).toEqual([404]);
    expect(await dropped()).toBeGreaterThan(0);
    expect(await endOf(child)).toBe(0);
  });

  it('reports how many lines are missing when the reader goes on, and every other line is whole', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'log-reader-'));
    const reader = `echo $BASHPID >> ${folder}/pids; exec cat >> ${folder}/log`;
    const { child, ask, dropped } = await started(reader);
    const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    expect(await ask(600)).toEqual([404]);
    const missing = await dropped();
    expect(missing).toBeGreaterThan(0);
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    const lines = () =>
      readFileSync(join(folder, 'log'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{'));
    const told = () => lines().flatMap((line) => (line.includes('"dropped"') ? [JSON.parse(line)] : []));
    await eventually(told).toEqual([expect.objectContaining({ level: 'warn', dropped: missing })]);
    expect(await ask(50)).toEqual([404]);
    expect(await endOf(child)).toBe(0);
    await eventually(() => lines().at(-1)).toContain('"stopping"');
    const requests = lines().filter((line) => JSON.parse(line).status === 404);
    expect(requests).toHaveLength(650 - missing);
  });

  it('goes on when the reader of its log exits', async () => {
    const { child, ask, dropped } = await started(ends);
    expect(await ask(50)).toEqual([404]);
    await eventually(dropped).toBeGreaterThan(0);
    expect(await endOf(child)).toBe(0);
  });
});

describe('the gateway', () => {
  async function started(reader: string) {
    const port = await freePort();
    const child = pipedInto(reader, 'src/gateway-server/main.ts', {
      GATEWAY_PORT: String(port),
      ISSUER: server.issuer,
      GATEWAY_CLIENT_ID: 'gateway',
      GATEWAY_CLIENT_SECRET: secrets.gateway as string,
      // Nobody listens there, so each call is a line in the log.
      UPSTREAM_URL: `http://127.0.0.1:${deadPort}`,
      LOG_FORMAT: 'json',
    });
    const origin = `http://localhost:${port}`;
    await expect.poll(() => answers(`${origin}/readyz`)).toBe(200);
    // The token belongs to a living grant: a gateway without the feed introspects, and gets the same result.
    const { gid } = claimsOf((await obtainTokens(server)).access_token as string);
    const token = await (await forgeOf(server)).token({ tier: 'enterprise', gid });
    const headers = { authorization: `Bearer ${token}` };
    return {
      child,
      async ask(count: number) {
        const found = new Set<unknown>();
        for (let done = 0; done < count; done += 50) {
          const asked = Array.from({ length: 50 }, () => answers(`${origin}/v1/projects`, { headers }));
          for (const status of await Promise.all(asked)) found.add(status);
        }
        return [...found];
      },
      dropped: async () => (await (await fetch(`${origin}/readyz`)).json()).log_lines_dropped as number,
    };
  }

  it('answers every call while the reader of its log stands still, and stops', async () => {
    const { child, ask, dropped } = await started(standsStill);
    expect(await ask(400)).toEqual([502]);
    expect(await dropped()).toBe(0);
    expect(await endOf(child)).toBe(0);
  });

  it('goes on when the reader of its log exits, and counts the lines that were dropped', async () => {
    const { child, ask, dropped } = await started(ends);
    expect(await ask(50)).toEqual([502]);
    await eventually(dropped).toBeGreaterThan(0);
    expect(await endOf(child)).toBe(0);
  });
});
