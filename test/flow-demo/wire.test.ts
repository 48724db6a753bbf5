import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appRequests } from '../../src/flow-demo/requests.ts';
import { send } from '../../src/flow-demo/wire.ts';
import { deadPort } from '../support/server.ts';

const [code, verifier, accessToken] = ['c'.repeat(43), 'v'.repeat(43), `eyJ${'a'.repeat(300)}`];
const refreshToken = `vcs_rt_${'r'.repeat(40)}_last0`;
let server: Server;
let origin: string;
const received: string[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push(body || (request.headers.authorization ?? ''));
    if (request.url === '/token') {
      response.end(JSON.stringify({ access_token: accessToken, refresh_token: refreshToken, expires_in: 60 }));
    } else response.writeHead(401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }).end('not for you');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

it('an exchange is shown without secrets, and sent and received in full', async () => {
  const requests = appRequests('notes', { token: `${origin}/token`, revocation: `${origin}/revoke` });
  const redirectUri = 'https://notes.example/callback';
  const { status, body, exchange } = await send(requests.exchange({ code, redirectUri, verifier }));
  expect(status).toBe(200);
  expect(body).toEqual({ access_token: accessToken, refresh_token: refreshToken, expires_in: 60 });
  expect(Object.fromEntries(new URLSearchParams(received.at(-1)))).toMatchObject({ code, code_verifier: verifier });
  expect(exchange).toMatchObject({
    request: {
      method: 'POST',
      url: `${origin}/token`,
      form: {
        grant_type: 'authorization_code',
        client_id: 'notes',
        redirect_uri: redirectUri,
        code: `${code.slice(0, 16)}…`,
      },
    },
    response: { status: 200, statusText: 'OK', body: { refresh_token: 'vcs_rt_rrrrrrr…_last0', expires_in: 60 } },
  });
  const shown = JSON.stringify(exchange);
  for (const secret of [code, verifier, accessToken, refreshToken]) expect(shown).not.toContain(secret.slice(0, 20));
});

it('a refusal shows its status and challenge, and a body other than a JSON object counts as empty', async () => {
  const { status, body, exchange } = await send({ url: `${origin}/api`, bearer: accessToken });
  expect([status, body]).toEqual([401, {}]);
  expect(received.at(-1)).toBe(`Bearer ${accessToken}`);
  expect(exchange.request).toEqual({ method: 'GET', url: `${origin}/api`, bearer: `${accessToken.slice(0, 16)}…` });
  expect(exchange.response).toMatchObject({ status: 401, challenge: 'Bearer error="invalid_token"', body: {} });
});

it('a server that cannot be reached is named, with the reason', async () => {
  const nobody = `http://127.0.0.1:${deadPort}`;
  await expect(send({ url: `${nobody}/x` })).rejects.toMatchObject({
    kind: 'unavailable',
    message: `nobody answers at ${nobody} (ECONNREFUSED)`,
  });
});
