/** The guard of outgoing requests on real sockets, with names that resolve as the test says. */
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyFetch } from '../../src/outbound/key-fetch.ts';
import { createOutbound, ForbiddenAddress, type Lookup, type OutboundRequest } from '../../src/outbound/request.ts';
import { isLoopbackAddress, isPublicAddress } from '../../src/policy/public-addresses.ts';
import { makeCertificate } from '../support/certificate.ts';

let seen = 0;
let [http, https]: Server[] = [];
let ca: string;
beforeAll(async () => {
  const { key, cert } = makeCertificate('app.example');
  ca = cert;
  const answer: Parameters<typeof createHttp>[1] = (request, response) => {
    seen += 1;
    if (request.url === '/slow') return;
    if (request.url === '/drip') return void setInterval(() => response.write('.'), 20).unref();
    if (request.url === '/redirect') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    response.end(JSON.stringify({ host: request.headers.host, keys: [] }));
  };
  http = createHttp(answer);
  https = createHttps({ key, cert }, answer);
  for (const server of [http, https]) await new Promise<void>((done) => server?.listen(0, '127.0.0.1', () => done()));
});
afterAll(() => {
  for (const server of [http, https]) {
    server?.close();
    server?.closeAllConnections();
  }
});

const portOf = (server: Server | undefined) => ((server as Server).address() as AddressInfo).port;

/** Answers for every name: the first question with the first list, and so on; the last list stays. */
function resolver(...answers: string[][]): Lookup & { asked: () => number } {
  let asked = 0;
  const lookup = (_host: string, _options: object, callback: (error: null, found: object[]) => void) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return Object.assign(lookup as unknown as Lookup, { asked: () => asked });
}

const request = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => {
  return { url, method: 'GET', headers: {}, timeoutMs: 2_000, maxBytes: 1_000, allows: isPublicAddress, ...more };
};

describe('a name that resolves to an address of ours is refused before anything is sent', () => {
  const addresses = [
    '127.0.0.1',
    '::1',
    '10.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '0.0.0.0',
  ];
  it.each(addresses)('%s', async (address) => {
    const before = seen;
    const outbound = createOutbound({ lookup: resolver([address]) });
    for (const url of [`http://app.example:${portOf(http)}/`, `https://app.example:${portOf(https)}/`]) {
      await expect(outbound(request(url))).rejects.toThrow(ForbiddenAddress);
    }
    expect(seen).toBe(before);
  });

  it('an address of ours is refused as one of several', async () => {
    const outbound = createOutbound({ lookup: resolver(['93.184.216.34', '127.0.0.1']) });
    await expect(outbound(request(`http://app.example:${portOf(http)}/`))).rejects.toThrow(ForbiddenAddress);
  });

  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])(
    'the address %s itself is refused',
    async (host) => {
      const before = seen;
      await expect(createOutbound()(request(`http://${host}:${portOf(http)}/`))).rejects.toThrow(ForbiddenAddress);
      expect(seen).toBe(before);
    },
  );

  it('a name is refused by the system’s own resolver too', async () => {
    await expect(createOutbound()(request(`http://localhost:${portOf(http)}/`))).rejects.toThrow(ForbiddenAddress);
  });
});

it('DNS rebinding fails: the name is resolved once, and the connection goes to the address that was checked', async () => {
  const lookup = resolver(['127.0.0.1'], ['10.0.0.1']);
  const outbound = createOutbound({ lookup });
  const answer = await outbound(request(`http://app.example:${portOf(http)}/`, { allows: isLoopbackAddress }));
  expect(JSON.parse(answer.body.toString())).toMatchObject({ host: `app.example:${portOf(http)}` });
  expect(lookup.asked()).toBe(1);
  // The next connection resolves the name again, and the new address is checked.
  await expect(outbound(request(`http://app.example:${portOf(http)}/`, { allows: isLoopbackAddress }))).rejects.toThrow(
    ForbiddenAddress,
  );
});

it('certificates must be for the name and from a trusted issuer', async () => {
  const url = `https://app.example:${portOf(https)}/`;
  const lookup = resolver(['127.0.0.1']);
  const allowed = { allows: isLoopbackAddress };
  expect((await createOutbound({ lookup, ca })(request(url, allowed))).status).toBe(200);
  await expect(createOutbound({ lookup })(request(url, allowed))).rejects.toMatchObject({
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  const other = `https://other.example:${portOf(https)}/`;
  await expect(createOutbound({ lookup, ca })(request(other, allowed))).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

it.each(['/slow', '/drip'])('%s ends at its timeout', async (path) => {
  const asked = request(`http://127.0.0.1:${portOf(http)}${path}`, {
    allows: isLoopbackAddress,
    timeoutMs: 300,
    maxBytes: 1e9,
  });
  await expect(createOutbound()(asked)).rejects.toThrow('no complete answer within 0 s');
});

it('a redirect is returned as an answer', async () => {
  const asked = request(`http://127.0.0.1:${portOf(http)}/redirect`, { allows: isLoopbackAddress });
  expect(await createOutbound()(asked)).toMatchObject({ status: 302 });
});

it('a client’s jwks_uri is guarded in the same way', async () => {
  const url = `https://app.example:${portOf(https)}/keys`;
  await expect(keyFetch(createOutbound({ lookup: resolver(['127.0.0.1']), ca }))(url)).rejects.toThrow(
    ForbiddenAddress,
  );
  const answers = keyFetch(async () => ({
    status: 200,
    headers: { 'cache-control': 'max-age=60' },
    body: Buffer.from('{"keys":[]}'),
    cut: false,
  }));
  const response = await answers(url, { headers: { Accept: 'application/json' } });
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'max-age=60']);
  expect(await response.json()).toEqual({ keys: [] });
});
