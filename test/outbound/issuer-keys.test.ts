/** Issuers of workloads are asked at public addresses only: nothing on this machine even gets a connection. */
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIssuerKeys, IssuerUnavailable } from '../../src/outbound/issuer-keys.ts';
import { createOutbound, type Lookup } from '../../src/outbound/request.ts';

let connections = 0;
const inside = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
beforeAll(() => new Promise<void>((resolve) => void inside.listen(0, '127.0.0.1', resolve)));
afterAll(() => void inside.close());

const port = () => (inside.address() as AddressInfo).port;
/** Resolves every name to this address. */
const leadingTo = (address: string): Lookup =>
  ((_host: string, _options: object, callback: (error: null, found: object[]) => void) =>
    callback(null, [{ address, family: address.includes(':') ? 6 : 4 }])) as unknown as Lookup;

it.each([
  '127.0.0.1',
  'localhost',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '10.0.0.1',
  '169.254.169.254',
  '192.168.1.1',
  '[fd00::1]',
  '[64:ff9b::7f00:1]',
])('an issuer at %s is not asked', async (host) => {
  const keys = createIssuerKeys(createOutbound());
  await expect(keys.of(`https://${host}:${port()}`)).rejects.toThrow(/is not at a public address/);
  expect(connections).toBe(0);
});

it.each(['127.0.0.1', '::1', '10.1.2.3', '169.254.169.254'])(
  'an issuer whose name leads to %s is not asked',
  async (address) => {
    const keys = createIssuerKeys(createOutbound({ lookup: leadingTo(address) }));
    await expect(keys.of(`https://issuer.example:${port()}`)).rejects.toThrow(IssuerUnavailable);
    expect(connections).toBe(0);
  },
);

it.each([
  'https://127.0.0.1/keys',
  'http://issuer.example/keys',
  'file:///etc/passwd',
  'https://a:b@issuer.example/keys',
])('a public issuer does not lead to %s', async (jwksUri) => {
  const asked: string[] = [];
  const real = createOutbound();
  const keys = createIssuerKeys(async (request) => {
    asked.push(request.url);
    if (!request.url.includes('/.well-known/')) return real(request);
    const body = Buffer.from(JSON.stringify({ issuer: 'https://issuer.example', jwks_uri: jwksUri }));
    return { status: 200, headers: {}, body, cut: false };
  });
  await expect(keys.of('https://issuer.example')).rejects.toThrow(/no jwks_uri|not at a public address/);
  expect(asked.length).toBe(jwksUri.startsWith('https://127') ? 2 : 1);
});
