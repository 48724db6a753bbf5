/** What a reader of the feed may cost: memory on the node, and places that others could have. */

import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import Keygrip from 'keygrip';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log/index.ts';
import { createEngine, type Engine } from '../../src/oidc/engine.ts';
import { createOutbound } from '../../src/outbound/request.ts';
import { apiScopes } from '../../src/policy/scopes.ts';
import type { Database } from '../../src/store/database.ts';
import { renderErrors } from '../../src/web/http/errors.ts';
import { createFeedHub, type FeedHub } from '../../src/web/oauth/revocations/hub.ts';
import { revocationRoutes } from '../../src/web/oauth/revocations/index.ts';
import { streamFeed } from '../../src/web/oauth/revocations/stream.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { getFeed, openFeed, poll, revoke, sleep } from './feed-reader.ts';
import { eventually } from './running-gateway.ts';
import { sealer } from './tokens.ts';

const log = createLogger({ level: 'silent' });
let server: TestServer;
let engine: Engine;
let hub: FeedHub;
const listeners: Server[] = [];
beforeAll(async () => {
  server = await startTestServer();
  engine = await createEngine({
    issuer: server.issuer,
    enterpriseIssuers: [],
    dynamicRegistration: 'open',
    clientIdMetadataDocuments: 'on',
    thirdPartyPolicy: 'allow',
    resources: [{ audience: apiResource, scopes: apiScopes }],
    db: server.db,
    sealer,
    cookieKeys: new Keygrip(['key'], 'sha256'),
    trustProxy: false,
    unverifiedPeopleLimit: 100,
    accountMfa: 'optional',
    aiInTest: false,
    statusListResources: [],
    refreshLeewaySeconds: 10,
    onSecretUse: () => {},
    verifyForeignSecret: async () => undefined,
    fetchKeys: fetch,
    documents: () => Promise.reject(new Error('no client here has a document')),
    outbound: createOutbound(),
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
  const limits = { maxOpen: 3, maxPerClient: 2, recheckMs: 1_000 };

  it('are bounded for each client and in total; 503 says when to come back; a reader that leaves makes room', async () => {
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
    expect(await eventually(async () => (await poll(origin, '')).status === 200)).toBe(true);
    await Promise.all([readers[1]?.close(), foreign.close()]);
    expect(await eventually(() => hub.followers === 0)).toBe(true);
  });
});

it('are lost by a reader that does not read: at most a page waits for it, and others go on', async () => {
  const unfollow = hub.follow();
  const streams: { response: ServerResponse; ended: boolean }[] = [];
  const streamWith = (timeoutMs: number) =>
    serve(
      createServer((_request, response) => {
        const stream = { response, ended: false };
        streams.push(stream);
        void streamFeed(response, { hub, cursor: undefined, stillMay: async () => true, timeoutMs }).then(() => {
          stream.ended = true;
        });
      }),
    );
  const socket = connect(Number(new URL(await streamWith(200)).port), '127.0.0.1');
  socket.on('error', () => {}).pause();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(await eventually(() => streams.length === 1)).toBe(true);
  const [slow] = streams as [(typeof streams)[number]];
  // The other reader may take long: a busy machine must not make it count as slow.
  const quick = await openFeed(await streamWith(60_000));
  const heartbeats = () => quick.events.filter(({ event }) => event === 'heartbeat').length;
  await quick.until(() => heartbeats() > 0);
  let maxBytes = 0;
  const look = setInterval(() => {
    maxBytes = Math.max(maxBytes, slow.response.writableLength);
  }, 5);
  // 20 MB: more than the system's buffers hold.
  for (let i = 0; i < 4; i += 1) {
    await revoke(
      server.db,
      'jti',
      Array.from({ length: 10_000 }, (_, n) => `${i}-${n}-${'x'.repeat(400)}`),
    );
  }
  expect(await eventually(() => slow.ended)).toBe(true);
  clearInterval(look);
  expect(slow.response.destroyed).toBe(true);
  expect(maxBytes).toBeLessThan(1_000_000);
  await quick.until(({ events }) => events.some(({ data }) => data.entries?.at(-1)?.value.startsWith('3-9999-')));
  const heard = heartbeats();
  await quick.until(() => heartbeats() > heard);
  await quick.close();
  socket.destroy();
  unfollow();
});

it('gets no heartbeat of an earlier time than the last one, although reads of the database overtake each other', async () => {
  // The node's own read begins first, and its answer comes after that of the reader's.
  const reads = { begun: 0, second: Promise.withResolvers<void>() };
  const db: Database = {
    ...server.db,
    async run(statement, values) {
      const isFirst = statement.name.startsWith('revocation-feed') && ++reads.begun === 1;
      const rows = await server.db.run(statement, values);
      if (isFirst) await reads.second.promise;
      return rows as never;
    },
  };
  const own = createFeedHub(db, log);
  const unfollow = own.follow();
  const origin = await serve(
    createServer(
      (_request, response) => void streamFeed(response, { hub: own, cursor: undefined, stillMay: async () => true }),
    ),
  );
  // The times differ by milliseconds.
  await sleep(20);
  const reader = await openFeed(origin);
  const times = () => reader.events.filter(({ event }) => event === 'heartbeat').map(({ data }) => data.as_of);
  await reader.until(() => times().length === 1);
  reads.second.resolve();
  await reader.until(() => times().length >= 3);
  expect(times()).toEqual([...new Set(times())].sort((a, b) => a - b));
  await reader.close();
  unfollow();
  own.stop();
});
