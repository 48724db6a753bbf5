/**
 * A child process that replaces the authorization server and the upstream: it serves keys, a feed with heartbeats,
 * introspection without delay, and API responses. It sends its origin to the parent.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { JWK } from 'jose';

export interface Stub {
  readonly issuer: string;
  stop(): void;
}

export async function startStub(publicJwk: JWK): Promise<Stub> {
  const child: ChildProcess = fork(import.meta.filename, [JSON.stringify(publicJwk)]);
  const [issuer] = (await once(child, 'message')) as [string];
  return { issuer, stop: () => void child.kill() };
}

if (process.send && process.argv[1] === import.meta.filename) {
  const keys = JSON.stringify({ keys: [JSON.parse(process.argv[2] as string)] });
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/oauth/jwks') return void response.end(keys);
    if (request.url === '/oauth/introspect') return void response.end('{"active":true}');
    if (request.url !== '/oauth/revocations') return void response.end('{"success":true}');
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const say = (event: string, more: object = {}) =>
      response.write(
        `event: ${event}\ndata: ${JSON.stringify({ cursor: 'f.1', as_of: Date.now() / 1000, ...more })}\n\n`,
      );
    say('snapshot', { feed: 'f', entries: [], more: false });
    say('heartbeat');
    const heartbeat = setInterval(() => say('heartbeat'), 1_000);
    response.on('close', () => clearInterval(heartbeat));
  });
  server.listen(0, '127.0.0.1', () =>
    process.send?.(`http://127.0.0.1:${(server.address() as { port: number }).port}`),
  );
}
