/** What a reader of the feed may cost: memory on the node, places among others. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import Keygrip from 'keygrip';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { createEngine, type Engine } from '../../src/oidc/engine.ts';
import { renderErrors } from '../../src/web/errors.ts';
import { createFeedHub, type FeedHub } from '../../src/web/revocations/hub.ts';
import { revocationRoutes } from '../../src/web/revocations/index.ts';
import { streamFeed } from '../../src/web/revocations/stream.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { getFeed, openFeed, poll, revoke, sleep } from './feed-reader.ts';
import { vault } from './tokens.ts';

const log = createLogger({ level: 'silent' });
let server: TestServer;
let engine: Engine;
let hub: FeedHub;
const listeners: Server[] = [];
beforeAll(async () => {
  server = await startTestServer();
  engine = await createEngine({
    issuer: server.issuer,
    apiResource,
    db: server.db,
    vault,
    cookieKeys: new Keygrip(['key'], 'sha256'),
    trustProxy: false,
    unverifiedPeopleLimit: 100,
    refreshLeewaySeconds: 10,
    onSecretUse: () => {},
    fetchKeys: fetch,
  });
  hub = createFeedHub(server.db, log);
});
afterAll(async () => {
  hub.stop();
  for (const listener of listeners) {
    listener.closeAllConnections();
    listener.close();
  }
  await server.stop();
});

async function serve(listener: Server): Promise<string> {
  listeners.push(listener);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

describe('places', () => {
  const limits = { most: 3, mostPerClient: 2, recheck: 1_000 };

  it('are bounded for each client and in all; 503 says when to come back; whoever leaves makes room', async () => {
    const app = new Koa();
    app.use(renderErrors(log)).use(revocationRoutes({ engine, hub, limits }).routes() as never);
    const origin = await serve(createServer(app.callback()));
    const readers = [await openFeed(origin), await openFeed(origin)];
    const refused = await getFeed(origin);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await poll(origin, '')).status).toBe(503);
    const foreign = await openFeed(origin, { clientId: 'foreign-gateway' });
    expect(foreign.status).toBe(200);
    expect((await getFeed(origin, { clientId: 'foreign-gateway' })).status).toBe(503);
    await readers[0]?.close();
    await sleep(100);
    expect((await poll(origin, '')).status).toBe(200);
    await Promise.all([readers[1]?.close(), foreign.close()]);
    await sleep(100);
    expect(hub.followers).toBe(0);
  });
});

describe('a reader that does not read', () => {
  it('has at most a page waiting for it, and is cut', async () => {
    let response: ServerResponse | undefined;
    let done = false;
    const unfollow = hub.follow();
    const origin = await serve(
      createServer((_request, answer) => {
        response = answer;
        void streamFeed(answer, { hub, cursor: undefined, stillMay: async () => true }).then(() => {
          done = true;
        });
      }),
    );
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.on('error', () => {}).pause();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await sleep(1_200);
    // 20 MB: more than the system's buffers hold.
    for (let i = 0; i < 4; i += 1) {
      await revoke(
        server.db,
        'jti',
        Array.from({ length: 10_000 }, (_, n) => `${i}-${n}-${'x'.repeat(400)}`),
      );
    }
    let most = 0;
    const started = performance.now();
    while (!done && performance.now() - started < 10_000) {
      most = Math.max(most, response?.writableLength ?? 0);
      await sleep(20);
    }
    expect([done, response?.destroyed]).toEqual([true, true]);
    expect(most).toBeLessThan(1_000_000);
    socket.destroy();
    unfollow();
  });
});
