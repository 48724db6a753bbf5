/** What people on call count on: health, metrics, losing and finding the database, stopping. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { openDatabase } from '../../src/store/database.ts';
import { signedInAs } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { statementsOf } from '../support/statements.ts';

describe('a server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('is healthy and ready, whatever host name it is asked by', async () => {
    const port = new URL(server.issuer).port;
    for (const host of ['localhost', '127.0.0.1']) {
      expect(await (await fetch(`http://${host}:${port}/healthz`)).json()).toEqual({
        status: 'ok',
        version: packageJson.version,
      });
      const ready = await fetch(`http://${host}:${port}/readyz`);
      expect([ready.status, (await ready.json()).status]).toEqual([200, 'ready']);
    }
  });

  it('serves metrics on a listener of their own: tokens by grant and outcome, requests, statements, pool', async () => {
    await obtainTokens(server);
    await post(server, '/oauth/token', { grant_type: 'refresh_token', refresh_token: 'none' });
    const text = await (await fetch(`${server.metricsOrigin}/metrics`)).text();
    expect(text).toMatch(/oauth_token_requests_total\{grant_type="authorization_code",outcome="ok"\} 1/);
    expect(text).toMatch(/oauth_token_requests_total\{grant_type="refresh_token",outcome="invalid_grant"\} 1/);
    expect(text).toMatch(/http_request_duration_seconds_count\{method="POST",route="\/oauth\/token",status="200"\} \d/);
    expect(text).toMatch(/database_pool_total \d/);
    expect((await fetch(`${server.issuer}/metrics`)).status).toBe(404);
  });

  it('gives every answer a request id that its log line carries', async () => {
    const response = await fetch(`${server.issuer}/oauth/jwks`);
    const id = response.headers.get('x-request-id') as string;
    expect(id).toMatch(/^req_/);
    await eventually(() => server.logged()).toContain(id);
  });
});

describe('without its database', () => {
  let server: TestServer;
  let wire: Wire;
  beforeAll(async () => {
    const direct = await startTestServer();
    wire = await wireTo(direct.databaseUrl);
    const url = new URL(direct.databaseUrl);
    url.port = String(wire.port);
    const own = await startTestServer({ beside: { ...direct, databaseUrl: url.href } });
    server = {
      ...own,
      stop: async () => {
        await own.stop();
        await direct.stop();
        wire.close();
      },
    };
  });
  afterAll(() => server.stop());

  it('answers 503 with Retry-After, does not crash, and recovers by itself', async () => {
    const { refresh_token: token } = await obtainTokens(server);
    const attempt = () => post(server, '/oauth/token', { grant_type: 'refresh_token', refresh_token: token as string });
    const person = await signedInAs(server, server.person.email);
    wire.cut();
    const lost = await attempt();
    expect([lost.status, lost.body.error, lost.headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '5',
    ]);
    const page = await person.visit('/account/apps');
    expect([page.status, page.text.includes('can’t answer right now')]).toEqual([503, true]);
    await eventually(async () => (await fetch(`${server.issuer}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.issuer}/healthz`)).status).toBe(200);
    wire.mend();
    await eventually(async () => (await attempt()).status).toBe(200);
    await eventually(async () => (await fetch(`${server.issuer}/readyz`)).status).toBe(200);
  });

  it('answers any number of readiness checks without a statement', async () => {
    const statements = await statementsOf(server, async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${server.issuer}/readyz`)));
      expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    });
    // Background work may send a few statements meanwhile.
    expect(statements).toBeLessThan(25);
  });
});

describe('on a database that can only be read', () => {
  it('is not ready until it can write again', async () => {
    const server = await startTestServer();
    const name = new URL(server.databaseUrl).pathname.slice(1);
    const admin = openDatabase({ url: inject('adminUrl'), poolSize: 1 });
    const become = async (value: string) => {
      await admin.script(`ALTER DATABASE ${name} SET default_transaction_read_only = ${value}`);
      await admin.script(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`);
    };
    const ready = async () => {
      const answer = await fetch(`${server.issuer}/readyz`);
      return [answer.status, ((await answer.json()) as { checks: unknown }).checks];
    };
    const checks = { database: true, database_writable: true, signing_keys: true, clock: true, accepting: true };
    expect(await ready()).toEqual([200, checks]);
    await become('on');
    await eventually(ready).toEqual([503, { ...checks, database_writable: false }]);
    expect((await fetch(`${server.issuer}/healthz`)).status).toBe(200);
    await become('off');
    await eventually(ready).toEqual([200, checks]);
    await admin.close();
    await server.stop();
  });
});

describe('starting', () => {
  it('waits for a database that comes up later, and warns about it', async () => {
    const other = await startTestServer();
    const wire = await wireTo(other.databaseUrl);
    wire.cut();
    const url = new URL(other.databaseUrl);
    [url.hostname, url.port] = ['127.0.0.1', String(wire.port)];
    wire.mendWhenTried();
    const late = await startTestServer({ beside: other, env: { DATABASE_URL: url.href } });
    const tries = late
      .logged()
      .split('\n')
      .filter((line) => line.includes('; trying again'))
      .map((line) => JSON.parse(line).level);
    expect(tries.length).toBeGreaterThan(0);
    expect([...new Set(tries)]).toEqual(['warn']);
    await late.stop();
    wire.close();
    await other.stop();
  });
});

describe('stopping', () => {
  it('turns not ready before it stops accepting connections', async () => {
    const server = await startTestServer({ env: { DRAIN_SECONDS: '5' } });
    const stopped = server.stop();
    const [ready, keys] = await Promise.all(['/readyz', '/oauth/jwks'].map((path) => fetch(server.issuer + path)));
    const body = await ready?.json();
    expect([ready?.status, body.checks.accepting, keys?.status]).toEqual([503, false, 200]);
    await stopped;
    await expect(fetch(`${server.issuer}/readyz`)).rejects.toThrow();
  });

  it('finishes requests in flight, refuses new ones and leaves nothing open', async () => {
    const server = await startTestServer();
    const form = 'grant_type=client_credentials&client_id=nobody';
    const { port } = new URL(server.issuer);
    const slow = connect(Number(port), '127.0.0.1');
    slow.write(
      `POST /oauth/token HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\nContent-Length: ${form.length}\r\n\r\n`,
    );
    // The server has begun to read the request when it asks for the body.
    expect(String((await once(slow, 'data'))[0])).toMatch(/^HTTP\/1\.1 100 /);
    slow.write(form.slice(0, 10));
    const stopped = server.stop();
    const refused = () =>
      fetch(`${server.issuer}/healthz`).then(
        () => false,
        () => true,
      );
    await eventually(refused).toBe(true);
    slow.write(form.slice(10));
    const answer = await new Promise<string>((resolve) => slow.once('data', (data) => resolve(String(data))));
    expect(answer).toMatch(/^HTTP\/1\.1 401/);
    await stopped;
  });
});

interface Wire {
  readonly port: number;
  cut(): void;
  mend(): void;
  /** Refuses the next connection, as if nobody listened, and works from then on. */
  mendWhenTried(): void;
  close(): void;
}

/** A TCP connection to PostgreSQL that can be cut. */
async function wireTo(databaseUrl: string): Promise<Wire> {
  const target = new URL(databaseUrl);
  const port = await freePort();
  const sockets = new Set<Socket>();
  let listener: Server;
  const open = () => {
    listener = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    }).listen(port, '127.0.0.1');
  };
  open();
  const cut = () => {
    listener.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const mendWhenTried = () => {
    const refusing = createServer((near) => {
      near.destroy();
      refusing.close(open);
    }).listen(port, '127.0.0.1');
  };
  return { port, cut, mend: open, mendWhenTried, close: cut };
}
