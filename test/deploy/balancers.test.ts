/** HAProxy, nginx and Caddy, with the files of deploy/ on loopback. Skipped where the program is missing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { usageBounds } from '../../src/policy/usage.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { eventually, eventuallyTimeoutMs } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { hasProgram } from '../support/programs.ts';
import { startTestServer, type TestServer, testSecret } from '../support/server.ts';

interface Balancer {
  readonly program: string;
  /** The files of deploy/ for these nodes, on plain http, and the arguments that use them. */
  prepare(home: string, port: number, nodes: readonly number[]): string[];
  /** What it needs in its environment. */
  environment?(home: string, port: number, nodes: readonly number[]): Promise<Record<string, string>>;
}

/** That of compose.yaml; it has TLS, or none, by the address in ISSUER. Its answers are those of topology.test.ts otherwise. */
const caddy: Balancer = {
  program: 'caddy',
  prepare: () => ['run', '--config', 'deploy/Caddyfile', '--adapter', 'caddyfile'],
  environment: async (home, port, nodes) => ({
    // Not the usual port, which topology.test.ts uses.
    CADDY_ADMIN: `localhost:${await freePort()}`,
    ISSUER: `http://localhost:${port}`,
    NODES: nodes.map((node) => `127.0.0.1:${node}`).join(' '),
    HOME: home,
    XDG_DATA_HOME: home,
  }),
};

const withNodes = (text: string, nodes: readonly number[]) =>
  text.replaceAll(/10\.0\.0\.([123]):3000/g, (_whole, number) => `127.0.0.1:${nodes[Number(number) - 1]}`);

const balancers: Balancer[] = [
  {
    program: 'haproxy',
    prepare(home, port, nodes) {
      const text = withNodes(readFileSync('deploy/haproxy/haproxy.cfg', 'utf8'), nodes)
        .replace(/bind :443 .*/, `bind 127.0.0.1:${port}`)
        .replace(/frontend plain[\s\S]*?\n\n/, '')
        .replace('X-Forwarded-Proto https', 'X-Forwarded-Proto http');
      writeFileSync(join(home, 'haproxy.cfg'), text);
      return ['-db', '-f', join(home, 'haproxy.cfg')];
    },
  },
  {
    program: 'nginx',
    prepare(home, port, nodes) {
      const text = withNodes(readFileSync('deploy/nginx/auth.conf', 'utf8'), nodes)
        .replace(/server \{\n {2}listen 80;[\s\S]*?\n\}\n/, '')
        .replace('listen 443 ssl http2', `listen 127.0.0.1:${port}`)
        .replace('server_name auth.example.com', 'server_name localhost')
        .replaceAll(/ {2}ssl_certificate.*\n/g, '')
        .replace('X-Forwarded-Proto https', 'X-Forwarded-Proto http')
        .replaceAll('$host;', '$http_host;');
      writeFileSync(join(home, 'auth.conf'), text);
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${home}/${name};`,
      );
      // As root, nginx would give its workers to a user who can't write here. Otherwise it ignores the line.
      const main = `user root; daemon off; pid ${home}/pid; error_log stderr; events {} http { access_log off; ${paths.join(' ')} include ${home}/auth.conf; }`;
      writeFileSync(join(home, 'nginx.conf'), main);
      return ['-p', home, '-e', 'stderr', '-c', join(home, 'nginx.conf')];
    },
  },
];

describe.each(balancers)('$program', ({ program, prepare }) => {
  const isMissing = !hasProgram(program);
  const home = mkdtempSync(join(tmpdir(), `balancer-${program}-`));
  let server: TestServer;
  let origin: string;
  let child: ChildProcess;
  /** Nodes that answer as they are told. */
  const posts: string[] = [];
  let answers: 'as nodes do' | 'with a broken connection' = 'as nodes do';
  let fake: Server;

  beforeAll(async () => {
    if (isMissing) return;
    const [port, own] = [await freePort(), await freePort()];
    origin = `http://localhost:${port}`;
    server = await startTestServer({ env: { ISSUER: origin, PORT: String(own), TRUST_PROXY: 'true' } });
    fake = createServer((req, res) => {
      if (req.method === 'POST') posts.push(req.url as string);
      if (answers !== 'as nodes do' && req.url !== '/readyz') return void req.socket.destroy();
      res.end(JSON.stringify({ status: 'ready' }));
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const other = (fake.address() as AddressInfo).port;
    // A third that nobody listens on.
    child = spawn(program, prepare(home, port, [own, other, await freePort()]), { stdio: 'ignore' });
    const answer = () =>
      fetch(`${origin}/readyz`).then(
        ({ status }) => status === 200,
        () => false,
      );
    await vi.waitUntil(answer, { timeout: eventuallyTimeoutMs, interval: 50 });
  });
  afterAll(async () => {
    if (child && child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    fake?.closeAllConnections();
    fake?.close();
    await server?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it.skipIf(isMissing)('answers although one node is down', async () => {
    for (let sent = 0; sent < 20; sent += 1) expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  });

  it.skipIf(isMissing)('says who calls, whatever the caller claims', async () => {
    const vcauth = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret, ISSUER: origin });
    // Some requests go to the node that only says that it is ready.
    const proxy = async () => {
      const { findings } = JSON.parse((await vcauth(['doctor', '--url', origin, '--json'])).stdout);
      return findings
        .filter(({ check }: { check: string }) => check === 'proxy')
        .map(({ says }: { says: string }) => says);
    };
    await eventually(proxy).toEqual([
      expect.stringMatching(/^The proxy \S*127\.0\.0\.1 says that this request came from 127\.0\.0\.1\.$/),
    ]);
  });

  it.skipIf(isMissing)('passes a body as large as the server takes', async () => {
    const body = 'x'.repeat(usageBounds.bytes);
    // Both nodes, since one of them reads no body. The server says 401.
    const statuses = new Set<number>();
    for (let sent = 0; sent < 6; sent += 1) {
      const response = await fetch(`${origin}/oauth/usage`, { method: 'POST', body });
      await response.text();
      statuses.add(response.status);
    }
    posts.length = 0;
    expect([...statuses]).toContain(401);
    expect([...statuses]).not.toContain(413);
  });

  it.skipIf(isMissing)('sends no POST twice, and repeats a GET or leaves the node out', async () => {
    answers = 'with a broken connection';
    const form = { method: 'POST', body: new URLSearchParams({ token: 'unknown', client_id: 'spa' }) };
    const sent = Array.from({ length: 12 }, (_, index) => `/oauth/revoke?${index}`);
    for (const path of sent)
      await fetch(`${origin}${path}`, form)
        .then((response) => response.text())
        .catch(() => {});
    answers = 'as nodes do';
    expect(posts.length).toBeGreaterThan(0);
    expect(new Set(posts).size).toBe(posts.length);
    const arrived = [...server.logged().matchAll(/"url":"(\/oauth\/revoke\?\d+)"/g)].map(([, url]) => url as string);
    expect(arrived.filter((url) => posts.includes(url))).toEqual([]);
    expect([...posts, ...arrived].toSorted()).toEqual(sent.toSorted());
  });
});

it.skipIf(!hasProgram('haproxy'))(
  'HAProxy opens few connections to a node, says when to come back to what finds none, and lets streams pass',
  async () => {
    const [haproxy] = balancers as [Balancer];
    const home = mkdtempSync(join(tmpdir(), 'balancer-flood-'));
    const held: ServerResponse[] = [];
    const streams: string[] = [];
    let isReleased = false;
    const open = new Set<Socket>();
    const nodes = await Promise.all(
      [1, 2, 3].map(async () => {
        const node = createServer((req, res) => {
          if (req.url === '/oauth/revocations') streams.push(req.url);
          if (req.url === '/oauth/token' && !isReleased) held.push(res);
          else res.end('{}');
        });
        // An idle connection that a node closes while HAProxy uses it again is a 502.
        node.keepAliveTimeout = 600_000;
        node.on('connection', (socket) => {
          open.add(socket);
          socket.on('close', () => open.delete(socket));
        });
        await new Promise<void>((resolve) => node.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
        return node;
      }),
    );
    const port = await freePort();
    const ports = nodes.map((node) => (node.address() as AddressInfo).port);
    const args = haproxy.prepare(home, port, ports);
    const config = join(home, 'haproxy.cfg');
    // On a busy machine all of them take longer, and a node would count as away.
    const patient = readFileSync(config, 'utf8')
      .replace(/timeout (connect|client|server|http-request) \d+s/g, 'timeout $1 600s')
      .replace('inter 2s', 'inter 600s');
    writeFileSync(config, patient);
    const child = spawn('haproxy', args, { stdio: 'ignore' });
    const agent = new Agent();
    const ask = (path: string) =>
      new Promise<IncomingMessage>((resolve, reject) =>
        get({ port, host: '127.0.0.1', path, agent }, (response) => {
          response.resume();
          resolve(response);
        }).on('error', reject),
      );
    try {
      await vi.waitUntil(
        () =>
          ask('/readyz').then(
            ({ statusCode }) => statusCode === 200,
            () => false,
          ),
        { timeout: eventuallyTimeoutMs },
      );
      const answers = Array.from({ length: 1_000 }, () => ask('/oauth/token'));
      await eventually(() => held.length).toBe(3 * 256);
      // All places are taken, and a few connections are those of health checks.
      expect(open.size).toBeLessThan(3 * 256 + 20);
      expect((await ask('/oauth/revocations')).statusCode).toBe(200);
      const refused = await Promise.race(answers);
      expect(refused.statusCode).toBe(503);
      isReleased = true;
      for (const response of held) response.end('{}');
      const all = await Promise.all(answers);
      const waits = all.filter(({ statusCode }) => statusCode === 503).map(({ headers }) => headers['retry-after']);
      // How many are refused before the places are free depends on the machine; that they differ is shown below.
      for (const wait of waits) expect(wait).toMatch(/^[123]$/);
      const statuses = all.map(({ statusCode }) => statusCode);
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(3 * 256);
      expect([new Set(statuses), streams]).toEqual([new Set([200, 503]), ['/oauth/revocations']]);
    } finally {
      agent.destroy();
      child.kill('SIGTERM');
      for (const node of nodes) {
        node.closeAllConnections();
        node.close();
      }
      rmSync(home, { recursive: true, force: true });
    }
  },
);

describe.each([...balancers, caddy])('$program', ({ program, prepare, environment }) => {
  it.skipIf(!hasProgram(program))(
    'says when to come back if no node answers, and not the same to everybody',
    async () => {
      const home = mkdtempSync(join(tmpdir(), `balancer-alone-${program}-`));
      const port = await freePort();
      const nodes = [await freePort(), await freePort(), await freePort()];
      const env = { ...process.env, ...(await environment?.(home, port, nodes)) };
      const child = spawn(program, prepare(home, port, nodes), { stdio: 'ignore', env });
      const ask = () => fetch(`http://localhost:${port}/oauth/token`, { method: 'POST', body: 'grant_type=none' });
      try {
        await vi.waitUntil(() => ask().then(Boolean, () => false), { timeout: eventuallyTimeoutMs });
        const answers = await Promise.all(Array.from({ length: 60 }, ask));
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
        const waits = new Set(answers.map(({ headers }) => headers.get('Retry-After')));
        expect([...waits].toSorted()).toEqual(['1', '2', '3']);
        for (const answer of answers) {
          expect(answer.headers.get('Content-Type')).toBe('application/json');
          expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' });
        }
      } finally {
        child.kill('SIGTERM');
        await once(child, 'exit');
        rmSync(home, { recursive: true, force: true });
      }
    },
  );
});

it('both send X-Forwarded-For, -Proto and -Host, and HAProxy asks /readyz', () => {
  for (const file of ['deploy/haproxy/haproxy.cfg', 'deploy/nginx/auth.conf']) {
    const text = readFileSync(file, 'utf8');
    for (const name of ['For', 'Proto', 'Host'])
      expect(text, file).toMatch(new RegExp(`set.header X-Forwarded-${name} `));
    expect(new Set(text.match(/10\.0\.0\.\d:3000/g)).size, file).toBe(3);
    expect(text).not.toMatch(/non_idempotent|all-retryable/);
  }
  expect(readFileSync('deploy/haproxy/haproxy.cfg', 'utf8')).toMatch(/^ {2}http-check send meth GET uri \/readyz$/m);
});
