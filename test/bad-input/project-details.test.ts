/** Authorization details (RFC 9396 §5): whatever is not exactly right is refused, wherever it is sent, and nothing is spent. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { detailsFor } from '../../src/policy/project-details.ts';
import { registerDevices } from '../support/devices.ts';
import { authorizeUrl, exchange, obtainCode, obtainTokens } from '../support/oauth.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { itAnswers, type Row } from './table.ts';
import type { Sent } from './wire.ts';

let server: TestServer;
let code: string;
let refreshToken: string;
beforeAll(async () => {
  server = await startTestServer();
  await registerDevices(server);
  const details = { authorization_details: JSON.stringify([one({ identifier: 'proj_a' })]) };
  refreshToken = (await obtainTokens(server, details)).refresh_token as string;
  code = await obtainCode(server, details);
});
afterAll(() => server.stop());

const one = (more: object = {}) => ({ type: 'vibecaas_project', actions: ['projects:read'], ...more });
const wrong: [name: string, details: string][] = [
  ['no JSON', 'proj_a'],
  ['an object', JSON.stringify(one())],
  ['an empty array', ' [ ] '],
  ['a text in it', '["proj_a"]'],
  ['a null in it', '[null]'],
  ['another type', JSON.stringify([one({ type: 'payment_initiation' })])],
  ['another type beside ours', JSON.stringify([one(), one({ type: 'account_information' })])],
  ['no type', JSON.stringify([one({ type: undefined })])],
  ['no actions', JSON.stringify([one({ actions: undefined })])],
  ['an unknown action', JSON.stringify([one({ actions: ['projects:delete'] })])],
  ['an admin scope', JSON.stringify([one({ actions: ['clients:write'] })])],
  ['a member that is not known', JSON.stringify([one({ locations: ['https://api.vibecaas.com'] })])],
  ['a list of identifiers', JSON.stringify([one({ identifier: ['proj_a'] })])],
  ['a path as identifier', JSON.stringify([one({ identifier: '../proj_b' })])],
  ['the id of a grant', JSON.stringify([one({ identifier: 'grant:abc' })])],
  ['a project twice', JSON.stringify([one({ identifier: 'proj_a' }), one({ identifier: 'proj_a' })])],
  ['a prototype', '[{"type":"__proto__","actions":["projects:read"]}]'],
  [
    '201 projects',
    JSON.stringify(
      detailsFor(
        Array.from({ length: 201 }, (_, n) => `p${n}`),
        ['projects:read'],
      ),
    ),
  ],
];

const error = 'invalid_authorization_details';
const rows = (status: number, send: (details: string) => Sent): Row[] =>
  wrong.map(([name, details]) => ({ name, send: () => send(details), status, error }));
const token = (form: Record<string, string>) => ({ path: '/oauth/token', body: { client_id: 'spa', ...form } });
const query = (params: Record<string, string>): Sent => {
  const { pathname, search } = new URL(authorizeUrl(server, params));
  return { path: pathname + search };
};

describe('at the authorization endpoint', () => {
  itAnswers(
    () => server,
    [
      // What the engine refuses before it knows the app is answered by a page, as for every other parameter.
      ...rows(303, (details) => query({ authorization_details: details })).filter(
        ({ name }) => name !== 'an empty array' && name !== '201 projects',
      ),
      {
        name: 'a scope that no object names',
        send: () => query({ scope: 'projects:read analytics:read', authorization_details: JSON.stringify([one()]) }),
        status: 303,
        error,
      },
    ],
  );
});

describe('in a pushed request', () => {
  itAnswers(
    () => server,
    rows(400, (details) => ({
      path: '/oauth/par',
      body: Object.fromEntries(new URL(authorizeUrl(server, { authorization_details: details })).searchParams),
    })),
  );
});

describe('from a device', () => {
  itAnswers(
    () => server,
    rows(400, (details) => ({
      path: '/oauth/device_authorization',
      body: { client_id: 'device', scope: 'projects:read', authorization_details: details },
    })),
  );
});

describe('at a refresh', () => {
  itAnswers(
    () => server,
    [
      ...rows(400, (details) =>
        token({ grant_type: 'refresh_token', refresh_token: refreshToken, authorization_details: details }),
      ),
      {
        name: 'a project that was not granted',
        send: () =>
          token({
            grant_type: 'refresh_token',
            refresh_token: refreshToken,
            authorization_details: JSON.stringify([one({ identifier: 'proj_b' })]),
          }),
        status: 400,
        error,
      },
    ],
  );
});

describe('with a code', () => {
  itAnswers(
    () => server,
    [
      {
        name: 'a project that was not granted',
        send: () =>
          token({
            grant_type: 'authorization_code',
            code,
            redirect_uri: 'https://app.example/callback',
            code_verifier: 'x'.repeat(43),
            authorization_details: JSON.stringify([one({ identifier: 'proj_b' })]),
          }),
        status: 400,
        error: 'invalid_grant',
        also: async () => expect((await exchange(server, code)).status).toBe(200),
        writes: 'the exchange after it',
      },
    ],
  );
});
