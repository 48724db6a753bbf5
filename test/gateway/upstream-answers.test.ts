/** The answers of an upstream, byte by byte: what is odd but allowed passes, and nothing passes as something else. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUpstreamHead } from '../../src/gateway/reference/upstream-head.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { bearer, head, raw, startTestGateway, statuses, type TestGateway } from './running-gateway.ts';
import { forgeOf } from './tokens.ts';

let server: TestServer;
let upstream: Server;
let gateway: TestGateway;
/** The same upstream, at an address with a path. */
let below: TestGateway;
let headers: { authorization: string };
let answer: (socket: Socket) => void;
/** The request line that the upstream received last. */
let asked: string;
beforeAll(async () => {
  server = await startTestServer();
  upstream = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      asked = String(bytes).split('\r\n', 1)[0] as string;
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as { port: number }).port}`;
  gateway = await startTestGateway(server, { UPSTREAM_URL: url });
  below = await startTestGateway(server, { UPSTREAM_URL: `${url}/base/v2` });
  headers = bearer(await (await forgeOf(server)).token({ tier: 'enterprise' }));
});
afterAll(async () => {
  await gateway.stop();
  await below.stop();
  upstream.close();
  await server.stop();
});

const call = (at = gateway) => fetch(`${at.origin}/v1/projects`, { headers });
const bytes = () =>
  raw(gateway.origin, head('GET /v1/projects HTTP/1.1', { Host: 'api', Authorization: headers.authorization }));

describe('an answer', () => {
  it('that redirects to the upstream’s own address redirects to the API’s', async () => {
    const { port } = upstream.address() as { port: number };
    const api = `http://localhost:${new URL(gateway.origin).port}`;
    const internal = `127.0.0.1:${port}`;
    const cases: [name: string, sent: string, passed: string][] = [
      ['Location', `http://${internal}/v1/projects/p1?a=b`, `${api}/v1/projects/p1?a=b`],
      ['Location', `https://${internal}/v1/projects/p1`, `${api}/v1/projects/p1`],
      ['Location', `http://${internal}`, api],
      ['Location', `http://${internal}0/x`, `http://${internal}0/x`],
      ['Location', '/v1/projects/p1', '/v1/projects/p1'],
      ['Location', 'https://files.example/p1', 'https://files.example/p1'],
      ['Content-Location', `http://${internal}/v1/projects/p1`, `${api}/v1/projects/p1`],
      ['Link', `<http://${internal}/v1/projects?page=2>; rel="next"`, `<${api}/v1/projects?page=2>; rel="next"`],
      ['Refresh', `5; url=http://${internal}/v1/projects/p1`, `5; url=${api}/v1/projects/p1`],
      ['Refresh', `0;URL="http://${internal}/v1/projects"`, `0;URL="${api}/v1/projects"`],
      ['Refresh', '5; url=https://files.example/p1', '5; url=https://files.example/p1'],
      ['Refresh', '5', '5'],
      ['Refresh', `0;url="http://${internal}"`, `0;url="${api}"`],
      ['Location', `//${internal}/v1/projects`, `${api}/v1/projects`],
      ['Location', `https://files.example//${internal}/x`, `https://files.example//${internal}/x`],
    ];
    for (const [name, sent, passed] of cases) {
      answer = (socket) => void socket.write(head('HTTP/1.1 201 Created', { [name]: sent, 'Content-Length': '0' }));
      expect((await call()).headers.get(name)).toBe(passed);
    }
  });

  it('that redirects to an upstream with a path redirects to the API’s address, without that path', async () => {
    const { port } = upstream.address() as { port: number };
    const api = `http://localhost:${new URL(below.origin).port}`;
    const host = `http://127.0.0.1:${port}`;
    const cases: [name: string, sent: string, passed: string][] = [
      ['Location', `${host}/base/v2/v1/projects/p1?a=b`, `${api}/v1/projects/p1?a=b`],
      ['Location', `${host}/base/v2`, api],
      ['Location', `${host}/base/v2?a=b`, `${api}?a=b`],
      ['Location', '/base/v2/v1/projects/p1', '/v1/projects/p1'],
      ['Location', '/base/v2', '/'],
      ['Location', '/base/v2?a=b', '/?a=b'],
      ['Content-Location', '/base/v2/v1/projects/p1', '/v1/projects/p1'],
      // What is outside that path does not belong to the API.
      ['Location', '/base/v20/x', '/base/v20/x'],
      ['Location', '/other', '/other'],
      ['Location', 'p1', 'p1'],
      ['Link', `<${host}/base/v2/v1/projects?page=2>; rel="next"`, `<${api}/v1/projects?page=2>; rel="next"`],
      ['Link', '</base/v2/v1/projects?page=2>; rel="next"', '</v1/projects?page=2>; rel="next"'],
      ['Link', '</base/v2/a>; rel=prev, </base/v2/b>; rel="next"', '</a>; rel=prev, </b>; rel="next"'],
      ['Refresh', `5; url=${host}/base/v2/v1/projects/p1`, `5; url=${api}/v1/projects/p1`],
      ['Refresh', '5; url=/base/v2/v1/projects/p1', '5; url=/v1/projects/p1'],
      ['Refresh', '5; /base/v2/v1/projects/p1', '5; /v1/projects/p1'],
      ['Refresh', '5; url=/base/v20', '5; url=/base/v20'],
      ['Refresh', "5; URL='/base/v2/v1/projects/p1'", "5; URL='/v1/projects/p1'"],
    ];
    for (const [name, sent, passed] of cases) {
      answer = (socket) => void socket.write(head('HTTP/1.1 201 Created', { [name]: sent, 'Content-Length': '0' }));
      const response = await call(below);
      expect.soft([name, sent, response.headers.get(name)]).toEqual([name, sent, passed]);
    }
  });

  it('that names the default port of its upstream leads to the API too (RFC 3986 §6.2.3)', () => {
    const linkOf = (url: string, link: string) =>
      createUpstreamHead({ url, origin: 'https://api.example', resourceMetadata: '' }).hints({ link }).join(', ');
    for (const [url, link, passed] of [
      ['http://internal', '<http://internal:80/a>; rel="next"', '<https://api.example/a>; rel="next"'],
      [
        'https://internal',
        '<https://internal:443/a>, <//internal:443>',
        '<https://api.example/a>, <https://api.example>',
      ],
      ['http://internal:80', '<http://internal/a>', '<https://api.example/a>'],
      ['http://internal/base', '<http://internal:80/base/a>', '<https://api.example/a>'],
      // Another server on that machine.
      ['http://internal', '<http://internal:8080/a>', '<http://internal:8080/a>'],
      ['http://internal', '<http://internal:800/a>', '<http://internal:800/a>'],
      ['http://internal:8080', '<http://internal:80/a>', '<http://internal:80/a>'],
      ['http://internal:8080', '<http://internal:8080:80/a>', '<http://internal:8080:80/a>'],
    ] as const) {
      expect([url, link, linkOf(url, link)]).toEqual([url, link, passed]);
    }
  });

  it('that redirects outside the path of its upstream does not show the upstream either', async () => {
    const { port } = upstream.address() as { port: number };
    const api = `http://localhost:${new URL(below.origin).port}`;
    for (const beside of ['/base/v20/x', '/other']) {
      const Location = `http://127.0.0.1:${port}${beside}`;
      answer = (socket) => void socket.write(head('HTTP/1.1 201 Created', { Location, 'Content-Length': '0' }));
      expect((await call(below)).headers.get('location')).toBe(api + beside);
    }
  });

  it('is asked for below the path of the upstream’s address', async () => {
    answer = (socket) => void socket.write(head('HTTP/1.1 200 OK', { 'Content-Length': '0' }));
    await (await fetch(`${below.origin}/v1/projects?a=%2F`, { headers })).text();
    expect(asked).toBe('GET /base/v2/v1/projects?a=%2F HTTP/1.1');
  });

  it('that is a 102 is passed only to callers with HTTP/1.1', async () => {
    const working = 'HTTP/1.1 102 Processing\r\n\r\n';
    answer = (socket) => void socket.write(`${working}${working}${head('HTTP/1.1 200 OK', { 'Content-Length': '0' })}`);
    expect(statuses(await bytes())).toEqual([102, 102, 200]);
    const old = head('GET /v1/projects HTTP/1.0', { Host: 'api', Authorization: headers.authorization });
    expect(statuses(await raw(gateway.origin, old))).toEqual([200]);
  });

  it('that asks for credentials of the upstream does not ask callers for them', async () => {
    const refusal = { 'WWW-Authenticate': 'Basic realm="internal"', 'Content-Length': '0' };
    answer = (socket) => void socket.write(head('HTTP/1.1 401 Unauthorized', refusal));
    const refused = await call();
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer resource_metadata="[^"]*", DPoP algs="[^"]*"$/),
    ]);
    answer = (socket) => void socket.write(head('HTTP/1.1 403 Forbidden', refusal));
    expect((await call()).headers.has('www-authenticate')).toBe(false);
  });

  it('follows its early hints and loses its trailers', async () => {
    const early = head('HTTP/1.1 103 Early Hints', { Link: '</style.css>; rel=preload' });
    const trailing = 'Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n';
    answer = (socket) => void socket.write(`${early}HTTP/1.1 200 OK\r\n${trailing}`);
    const received = await bytes();
    expect(statuses(received)).toEqual([103, 200]);
    expect(received).toContain('</style.css>; rel=preload');
    expect(received).not.toMatch(/x-sum/i);
  });

  it.each([
    [
      'several in one header',
      '</a.css>; rel=preload; as=style, </b,c.js>;rel="preload";as=script',
      ['</a.css>; rel=preload; as=style', '</b,c.js>;rel="preload";as=script'],
    ],
    [
      'in several headers',
      ['</a.css>; rel=preload', '</b.css>; rel=preload'],
      ['</a.css>; rel=preload', '</b.css>; rel=preload'],
    ],
    [
      'one that Node does not write',
      '</a.css>; rel="preload stylesheet"; title="a, b", </b.css>; rel=preload',
      ['</b.css>; rel=preload'],
    ],
    ['one without an address', 'rel=preload', []],
    ['an open address', '</a.css; rel=preload', []],
    ['an open quote', '</a.css>; rel="preload', []],
    ['none', '', []],
  ])('comes after its early hints, with %s', async (_which, link, passed) => {
    const early = head('HTTP/1.1 103 Early Hints', { Link: link });
    answer = (socket) => void socket.write(`${early}${head('HTTP/1.1 200 OK', { 'Content-Length': '0' })}`);
    const received = await bytes();
    expect(statuses(received)).toEqual(passed.length > 0 ? [103, 200] : [200]);
    expect(/^Link: (.*)$/m.exec(received)?.[1]).toBe(passed.length > 0 ? passed.join(', ') : undefined);
  });

  it('with several Connection headers passes without the headers that they name', async () => {
    answer = (socket) =>
      void socket.write(
        head('HTTP/1.1 200 OK', {
          Connection: ['Upgrade, X-Secret', 'Keep-Alive'],
          Upgrade: 'h2c',
          'X-Secret': 'x',
          'Content-Length': '0',
        }),
      );
    const response = await call();
    expect(response.status).toBe(200);
    for (const name of ['x-secret', 'upgrade']) expect(response.headers.has(name)).toBe(false);
  });

  it('without content has no Content-Length, whatever the upstream says', async () => {
    answer = (socket) => void socket.write('HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok');
    const received = await bytes();
    expect(statuses(received)).toEqual([204]);
    expect(received).not.toMatch(/^content-length/im);
    expect(received).toMatch(/\r\n\r\n$/);
  });

  it.each([
    ['with a length', 'Content-Length: 10\r\n'],
    ['with a length, the last on its connection', 'Connection: close\r\nContent-Length: 10\r\n'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n'],
    ['whose end is that of its connection', ''],
  ])('%s that is reset in the middle does not pass as complete', async (_what, framing) => {
    let reset = () => {};
    answer = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n${framing.includes('chunked') ? '4\r\nhalf\r\n' : 'half'}`);
      reset = () => void socket.resetAndDestroy();
    };
    const response = await call();
    expect(response.status).toBe(200);
    reset();
    await expect(response.text()).rejects.toThrow();
  });

  it('that breaks off does not pass as complete in HTTP/1.0 either, where the end of the connection ends the answer', async () => {
    let breakOff = () => {};
    answer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n');
      breakOff = () => void socket.destroy();
    };
    const { hostname, port } = new URL(gateway.origin);
    const caller = connect(Number(port), hostname);
    let received = '';
    caller.on('data', (chunk) => {
      received += chunk;
      if (received.endsWith('half')) breakOff();
    });
    caller.write(head('GET /v1/projects HTTP/1.0', headers));
    await expect(once(caller, 'close')).rejects.toThrow('ECONNRESET');
    expect(received).toMatch(/\r\n\r\nhalf$/);
  });

  it('that ends with its connection is complete when that is closed in order', async () => {
    answer = (socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nwhole');
    expect(await (await call()).text()).toBe('whole');
  });

  it.each([
    ['gzip, chunked', 502],
    ['gzip', 502],
    ['Chunked', 200],
  ])('in the transfer coding %s becomes %i: only chunked was asked for', async (coding, status) => {
    answer = (socket) => void socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}\r\n\r\n2\r\nok\r\n0\r\n\r\n`);
    expect((await call()).status).toBe(status);
  });

  it('with two lengths, or followed by another answer, reaches nobody else', async () => {
    const smuggled = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';
    for (const framing of [
      'Content-Length: 2\r\nTransfer-Encoding: chunked',
      'Content-Length: 2\r\nContent-Length: 3',
    ]) {
      answer = (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n2\r\nok\r\n0\r\n\r\n${smuggled}`);
      expect((await call()).status).toBe(502);
    }
    answer = (socket) => void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${smuggled}`);
    for (let i = 0; i < 3; i += 1) expect(await (await call()).text()).toBe('ok');
  });
});
