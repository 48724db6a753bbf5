/** What libraries never send: paths, headers and framing that two servers could read differently, byte by byte. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import {
  head,
  raw,
  type Seen,
  startTestGateway,
  startUpstream,
  statuses,
  type TestGateway,
  type TestUpstream,
} from './running-gateway.ts';
import { forgeOf } from './tokens.ts';

let server: TestServer;
let upstream: TestUpstream;
let gateway: TestGateway;
let authorization: string;
beforeAll(async () => {
  server = await startTestServer();
  upstream = await startUpstream();
  gateway = await startTestGateway(server, { UPSTREAM_URL: upstream.url });
  authorization = `Bearer ${await (await forgeOf(server)).token({ tier: 'enterprise', scope: 'projects:read projects:write' })}`;
});
afterAll(async () => {
  await gateway.stop();
  upstream.stop();
  await server.stop();
});
beforeEach(() => {
  upstream.seen.length = 0;
});

const send = (line: string, headers: Record<string, string | string[]> = {}, body = '') =>
  raw(
    gateway.origin,
    head(line, { Host: 'api', Connection: 'close', Authorization: authorization, ...headers }) + body,
  );

describe('a path', () => {
  it.each([
    '/v1/projects/p1/files/app/[slug]/page.tsx',
    '/v1/projects/p1/files/a|b',
    '/v1/projects/p1/files/100%25.txt',
  ])('%j reaches the upstream as it was sent', async (path) => {
    expect(statuses(await send(`GET ${path} HTTP/1.1`))).toEqual([200]);
    expect(upstream.seen[0]?.url).toBe(path);
  });

  it.each([
    '/v1/projects/../admin',
    '/v1/projects/./x',
    '/v1//projects',
    '//v1/projects',
    '/v1/projects/',
    '/V1/projects',
    '/v1/Projects',
    '/v1/projects/%2e%2e/admin',
    '/v1/projects/a%2fb',
    '/v1/projects/a%5cb',
    '/v1/projects/a\\b',
    '/v1/projects/%252e%252e',
    '/v1/projects%00',
    '/v1/projects;x=1/../../admin',
    '/v1/%70rojects',
    '/v1/projects#/../admin',
    '/v1/projects/~%C3%A9/x/y',
    '/v2/projects',
    '/projects',
    '/',
    '/v1/projects/a/files/../../../admin',
    '/healthz/../v1/projects',
  ])('%j has no route', async (path) => {
    expect(statuses(await send(`GET ${path} HTTP/1.1`))).toEqual([404]);
    expect(upstream.seen).toEqual([]);
  });

  it.each(['http://api/v1/projects', 'http://evil/v1/projects', 'v1/projects', '*'])(
    'that is none is refused: %s',
    async (target) => {
      expect(statuses(await send(`GET ${target} HTTP/1.1`))).toEqual([400]);
      expect(upstream.seen).toEqual([]);
    },
  );

  it.each([
    '_method=DELETE',
    'a=b&_method=put',
    '%5Fmethod=DELETE',
    'x?&_method=DELETE',
    '_method[]=DELETE',
    '_METHOD=x',
  ])('with the query %s is refused', async (query) => {
    expect(statuses(await send(`GET /v1/projects?${query} HTTP/1.1`))).toEqual([400]);
    expect(upstream.seen).toEqual([]);
  });

  it.each(['OPTIONS', 'TRACE', 'PATCH', 'PROPFIND', 'DELETE'])('has no route for %s', async (method) => {
    expect(statuses(await send(`${method} /v1/projects HTTP/1.1`))).toEqual([404]);
    expect(upstream.seen).toEqual([]);
  });

  it('keeps its query unchanged', async () => {
    await send('GET /v1/projects?a=%2F..%2F&b=?&c=[x] HTTP/1.1');
    expect(upstream.seen[0]?.url).toBe('/v1/projects?a=%2F..%2F&b=?&c=[x]');
  });
});

describe('headers', () => {
  it('that Connection names do not pass, and identity headers cannot be removed in this way', async () => {
    const received = await send('GET /v1/projects HTTP/1.1', {
      Connection: 'close, X-Auth-Subject, X-Custom, Authorization, Host',
      'X-Custom': 'x',
      TE: 'trailers',
      'Keep-Alive': 'timeout=1',
      'Proxy-Authorization': 'Basic x',
      'Proxy-Connection': 'X-Auth-Client',
      Trailer: 'X-Auth-Subject',
    });
    expect(statuses(received)).toEqual([200]);
    const { headers } = upstream.seen[0] as Seen;
    expect(headers).toMatchObject({
      'x-auth-subject': server.person.id,
      'x-auth-client': 'spa',
      connection: 'keep-alive',
    });
    for (const name of ['x-custom', 'te', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'trailer'])
      expect(headers[name]).toBeUndefined();
  });

  it('that frame a body do not pass in other spellings, nor does what CGI programs read as their own proxy', async () => {
    const odd = { Content_Length: '5', Transfer_Encoding: 'chunked', 'Transfer.Encoding': 'chunked', Proxy: 'evil' };
    expect(statuses(await send('GET /v1/projects HTTP/1.1', { ...odd, X_Custom: 'x' }))).toEqual([200]);
    const { headers, rawNames } = upstream.seen[0] as Seen;
    expect(headers.x_custom).toBe('x');
    for (const name of Object.keys(odd)) expect(rawNames).not.toContain(name);
  });

  it.each([
    ['two hosts', { Host: ['api', 'evil'] }],
    ['another coding', { 'Transfer-Encoding': 'gzip, chunked' }],
    ['codings in two headers', { 'Transfer-Encoding': ['chunked', 'identity'] }],
    ['two framings', { 'Transfer-Encoding': 'chunked', 'Content-Length': '5' }],
    ['two lengths', { 'Content-Length': ['5', '6'] }],
    ['a length that is none', { 'Content-Length': '+5' }],
    ['no host', { Host: [] }],
  ])('with %s are refused in the envelope', async (_what, headers) => {
    const received = await send('GET /v1/projects HTTP/1.1', headers as Record<string, string | string[]>, '0\r\n\r\n');
    expect(statuses(received)[0]).toBe(400);
    expect(received).toContain('"code":"VALIDATION_ERROR"');
    expect(upstream.seen).toEqual([]);
  });

  const h2c = { Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' };
  it.each<[string, Record<string, string>]>([
    // Java's client asks for it with every first request.
    ['h2c', { Connection: 'Upgrade, HTTP2-Settings', ...h2c }],
    ['h2c that Connection does not name', h2c],
    ['WebSocket', { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'x' }],
    ['TLS', { Connection: 'Upgrade', Upgrade: 'TLS/1.3' }],
  ])('that offer to switch to %s are answered as if they did not', async (_what, headers) => {
    const received = await send('POST /v1/projects HTTP/1.1', { ...headers, 'Content-Length': '5' }, 'hello');
    expect(statuses(received)).toEqual([200]);
    expect(received).not.toMatch(/^upgrade:/im);
    const [seen] = upstream.seen as [Seen];
    expect([seen.method, seen.body]).toEqual(['POST', 'hello']);
    for (const name of ['upgrade', 'http2-settings']) expect(seen.headers[name]).toBeUndefined();
  });

  it.each([
    ['a space before the colon', 'Authorization : x'],
    ['a folded line', 'X-A: b\r\n X-Auth-Subject: admin'],
    ['a line without colon', 'nonsense'],
    ['a bare line feed', 'X-A: b\nX-Auth-Subject: admin'],
  ])('with %s are refused', async (_what, line) => {
    const request = `GET /v1/projects HTTP/1.1\r\nHost: api\r\nAuthorization: ${authorization}\r\n${line}\r\n\r\n`;
    const received = await raw(gateway.origin, request);
    if (statuses(received)[0] === 200) expect(upstream.seen[0]?.headers['x-auth-subject']).toBe(server.person.id);
    else expect(received).toContain('"code":"VALIDATION_ERROR"');
  });

  it('that are too large are refused in the envelope', async () => {
    const received = await send('GET /v1/projects HTTP/1.1', { 'X-Large': 'x'.repeat(20_000) });
    expect(statuses(received)).toEqual([431]);
    expect(received).toContain('"success":false');
  });

  it('of another protocol are refused in the envelope', async () => {
    for (const bytes of ['\x16\x03\x01\x00\xa5\x01\x00', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']) {
      const received = await raw(gateway.origin, bytes);
      expect(statuses(received)).toEqual([400]);
      expect(received).toContain('"success":false');
    }
  });

  it.each([
    ['are too large', 'GET /v1/projects HTTP/1.1', { 'X-Large': 'x'.repeat(20_000) }],
    ['ask for a tunnel', 'CONNECT api:443 HTTP/1.1', {}],
    ['have another coding', 'GET /v1/projects HTTP/1.1', { 'Transfer-Encoding': 'gzip, chunked' }],
    ['have two hosts', 'GET /v1/projects HTTP/1.1', { Host: ['api', 'evil'] }],
    ['name a method in the query', 'GET /v1/projects?_method=DELETE HTTP/1.1', {}],
    ['have no path', 'GET v1/projects HTTP/1.1', {}],
  ] as [string, string, Record<string, string | string[]>][])(
    'that %s get a refusal with its id in the header, which scripts may read',
    async (_what, line, headers) => {
      const received = await send(line, { Origin: 'https://app.example', ...headers });
      const [, id] = /^X-Request-Id: (req_\S+)\r$/im.exec(received) ?? [];
      expect(id).toBeDefined();
      expect(received).toContain(`"request_id":"${id}"`);
      expect(received).toMatch(/^Access-Control-Allow-Origin: \*\r$/im);
      expect(received).toMatch(/^Access-Control-Expose-Headers: .*X-Request-Id/im);
    },
  );

  it('that ask for a tunnel are refused', async () => {
    expect(statuses(await send('CONNECT api:443 HTTP/1.1'))).toEqual([400]);
  });
});

describe('framing', () => {
  it('is the same behind the gateway: no part of a body becomes a request', async () => {
    const inner = `GET /v1/projects/smuggled HTTP/1.1\r\nHost: x\r\nX-Auth-Subject: admin\r\n\r\n`;
    const chunked = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    await send('GET /v1/projects HTTP/1.1', { 'Content-Length': String(inner.length) }, inner);
    await send('GET /v1/projects HTTP/1.1', { 'Transfer-Encoding': 'chunked' }, chunked);
    await send(
      'GET /v1/projects HTTP/1.1',
      { 'Content-Length': String(inner.length), Connection: 'Content-Length' },
      inner,
    );
    await send(
      'GET /v1/projects HTTP/1.1',
      { 'Transfer-Encoding': 'chunked', Connection: 'Transfer-Encoding' },
      chunked,
    );
    await send('GET /v1/projects HTTP/1.1');
    expect(upstream.seen.map(({ url, body }) => [url, body])).toEqual([
      ...Array(4).fill(['/v1/projects', inner]),
      ['/v1/projects', ''],
    ]);
  });

  it('of pipelined requests separates them, each with its own token', async () => {
    const one = head('GET /v1/projects/one HTTP/1.1', { Host: 'api', Authorization: authorization });
    const two = head('GET /v1/projects/two HTTP/1.1', { Host: 'api' });
    const received = await raw(gateway.origin, one + two);
    expect(statuses(received)).toEqual([200, 401]);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/v1/projects/one']);
  });

  it('that breaks after a complete request leaves that request its answer', async () => {
    const one = head('GET /v1/projects/one HTTP/1.1', { Host: 'api', Authorization: authorization });
    for (const broken of ['NONSENSE\r\n\r\n', 'CONNECT api:443 HTTP/1.1\r\nHost: api\r\n\r\n']) {
      const received = await raw(gateway.origin, one + broken);
      expect(statuses(received)).toEqual([200]);
      expect(received).toMatch(/^connection: close/im);
      expect(received).toContain('/v1/projects/one');
    }
  });

  it('of HTTP/1.0 ends with the connection', async () => {
    const received = await raw(gateway.origin, head('GET /v1/projects HTTP/1.0', { Authorization: authorization }));
    expect(statuses(received)).toEqual([200]);
    expect(received).toMatch(/^connection: close/im);
    expect(received).not.toMatch(/^transfer-encoding/im);
  });

  it('of HTTP/1.0 cannot be chunked', async () => {
    const received = await send('POST /v1/projects HTTP/1.0', { 'Transfer-Encoding': 'chunked' }, '0\r\n\r\n');
    expect(statuses(received)).toEqual([400]);
    expect(upstream.seen).toEqual([]);
  });

  it('lets a client end its connection', async () => {
    const received = await send('GET /v1/projects HTTP/1.1', { Connection: 'close' });
    expect(received).toMatch(/^connection: close/im);
  });
});

describe('Expect: 100-continue', () => {
  const expecting = { Expect: '100-continue', 'Content-Length': '3' };

  it('continues for a call that is allowed, and does not reach the upstream', async () => {
    const writing = `Bearer ${await (await forgeOf(server)).token({ tier: 'enterprise', scope: 'projects:write' })}`;
    const received = await send('POST /v1/projects HTTP/1.1', { ...expecting, Authorization: writing }, 'abc');
    expect(statuses(received)).toEqual([100, 200]);
    expect(upstream.seen[0]).toMatchObject({ body: 'abc' });
    expect(upstream.seen[0]?.headers.expect).toBeUndefined();
  });

  it('is refused before the body for a call that is not, and the connection ends', async () => {
    const received = await send('POST /v1/projects HTTP/1.1', {
      ...expecting,
      Authorization: 'Bearer x',
      Connection: 'keep-alive',
    });
    expect(statuses(received)).toEqual([401]);
    expect(received).toMatch(/^connection: close/im);
  });

  it('is ignored in HTTP/1.0, which takes the first answer for the final one', async () => {
    const received = await send('GET /v1/projects HTTP/1.0', { Expect: '100-continue' });
    expect(statuses(received)).toEqual([200]);
  });

  it('is the only expectation that is supported', async () => {
    const received = await send('GET /v1/projects HTTP/1.1', { Expect: 'miracles' });
    expect(statuses(received)).toEqual([417]);
    expect(received).toContain('"success":false');
  });
});
