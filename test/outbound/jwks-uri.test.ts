/** The keys of a client are fetched from public addresses only: nothing on this machine even gets a connection. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { post } from '../support/oauth.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let connections = 0;
const inside = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
beforeAll(async () => {
  server = await startTestServer();
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  inside.close();
  await server.stop();
});

it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])('https://%s', async (host) => {
  const { privateKey } = await generateKeyPair('ES256');
  const clientId = `signer-${crypto.randomUUID()}`;
  const input = {
    client_id: clientId,
    client_name: 'Signer',
    type: 'service',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://keys.example/keys',
  };
  const uri = `https://${host}:${(inside.address() as AddressInfo).port}/keys`;
  const registering = createClient(server.db, { ...input, jwks_uri: uri } as never, { id: 'test' });
  await expect(registering).rejects.toMatchObject({ kind: 'invalid' });
  // A name may lead to such an address later, and a row may be older than that rule.
  await createClient(server.db, input as never, { id: 'test' });
  await server.db.pgPool.query('UPDATE clients SET jwks_uri = $1 WHERE client_id = $2', [uri, clientId]);
  const assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(server.issuer)
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(privateKey);
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
  const reply = await post(server, '/oauth/token', form, clientId);
  expect([reply.status, reply.body.error]).toEqual([401, 'invalid_client']);
  expect(server.logged().trim().split('\n').at(-1)).toContain('the keys at jwks_uri could not be read: ');
  expect(connections).toBe(0);
});
