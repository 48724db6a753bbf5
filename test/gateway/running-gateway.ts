/**
 * The reference gateway as production starts it, upstreams that report what they received, and requests byte by byte.
 */
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { readGatewayConfig } from '../../src/config/gateway.ts';
import type { Clocks } from '../../src/gateway/freshness.ts';
import { type GatewayTiming, startGateway } from '../../src/gateway-server/index.ts';
import { createLogger } from '../../src/log/index.ts';
import { betweenLooks, eventuallyTimeoutMs } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { secrets } from '../support/server.ts';

export interface TestGateway {
  readonly origin: string;
  logged(): string;
  stop(): Promise<void>;
}

/**
 * Follows the revocations of `server` before it is returned. Its clocks stand still unless a test brings others: a gateway
 * refuses every call once it has heard no heartbeat for five seconds, and on a busy machine it may get none for longer.
 */
export async function startTestGateway(
  server: { issuer: string },
  env: Record<string, string> = {},
  timing: GatewayTiming = {},
): Promise<TestGateway> {
  const stream = new PassThrough();
  const lines: string[] = [];
  stream.on('data', (chunk) => lines.push(String(chunk)));
  const config = readGatewayConfig({
    GATEWAY_PORT: String(await freePort()),
    ISSUER: server.issuer,
    GATEWAY_CLIENT_ID: 'gateway',
    GATEWAY_CLIENT_SECRET: secrets.gateway,
    ...env,
  });
  const { origin, stop } = await startGateway(config, createLogger({ level: 'info', stream }), {
    feedClocks: standingClocks(),
    ...timing,
  });
  const gateway = { origin, stop, logged: () => lines.join('') };
  if (!(await eventually(() => follows(gateway)))) throw new Error(`The gateway does not follow: ${gateway.logged()}`);
  return gateway;
}

/** Whether the gateway trusts its list of revocations. */
export async function follows({ origin }: { origin: string }): Promise<boolean> {
  const { revocations } = (await (await fetch(`${origin}/readyz`)).json()) as { revocations: string };
  return revocations === 'following';
}

export interface StandingClocks extends Clocks {
  pass(ms: number): void;
  sleep(ms: number): void;
  sleepFromNow(ms: number): void;
}

/**
 * Clocks that stand still: what was received stays fresh until a test lets time pass, however slow the machine is.
 * `sleep` moves the wall clock only, as a sleeping machine does, so that the next heartbeat does not count as late. `sleepFromNow`
 * counts from the real time, because heartbeats tell a verifier the time of the database, which does not stand still.
 */
export function standingClocks(): StandingClocks {
  const at = { monotonic: 1_000, wall: Date.now() };
  return {
    monotonic: () => at.monotonic,
    wall: () => at.wall,
    pass(ms: number) {
      at.monotonic += ms;
      at.wall += ms;
    },
    sleep(ms: number) {
      at.wall += ms;
    },
    sleepFromNow(ms: number) {
      at.wall = Math.max(at.wall, Date.now()) + ms;
    },
  };
}

export interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  rawNames: string[];
  body: string;
}

export interface TestUpstream {
  readonly url: string;
  readonly seen: Seen[];
  stop(): void;
}

/** Reports in its answer what it received, or answers as `handler` says. */
export async function startUpstream(handler?: RequestListener): Promise<TestUpstream> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    if (handler) return handler(request, response);
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers, rawHeaders } = request;
    const one = { method, url, headers, rawNames: rawHeaders.filter((_, index) => index % 2 === 0), body };
    seen.push(one);
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-From': 'upstream' });
    response.end(JSON.stringify(one));
  });
  // The gateway connects faster than this accepts. What Node's backlog of 511 can't hold would be tried again seconds later.
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
  const { port } = server.address() as { port: number };
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, seen, stop };
}

/**
 * Sends these bytes and returns everything that arrives until the connection is closed, or until the other side has
 * nothing more to say: something arrived, then nothing for `silence` ms, and nothing while the other side answered
 * another connection. However slow the machine is, an answer is waited for.
 */
export function raw(origin: string, bytes: string, { silence = 300 } = {}): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    async function endUnlessMoreComes(): Promise<void> {
      const before = received.length;
      await fetch(origin, { headers: { connection: 'close' } }).then(
        (answer) => answer.arrayBuffer(),
        () => {},
      );
      if (received.length === before) socket.destroy();
      else socket.setTimeout(silence);
    }
    socket.on('timeout', endUnlessMoreComes);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      socket.setTimeout(silence);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)));
    socket.on('close', () => resolve(received));
  });
}

/** The head of a request; a list is sent as several headers. */
export function head(line: string, headers: Record<string, string | string[]> = {}): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

/** The status codes of the answers that a connection received. */
export const statuses = (received: string) =>
  [...received.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Waits until `met` holds; false if it does not within `ms`. */
export async function eventually(met: () => boolean | Promise<boolean>, ms = eventuallyTimeoutMs): Promise<boolean> {
  const late = performance.now() + ms;
  const pause = betweenLooks();
  while (!(await met())) {
    if (performance.now() > late) return false;
    await pause();
  }
  return true;
}
