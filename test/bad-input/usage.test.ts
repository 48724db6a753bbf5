/** Reports that no gateway should send: each is refused, and counts nothing. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basicAuthorization } from '../../src/gateway/http.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { itAnswers, type Row } from './table.ts';
import { type Sent, send } from './wire.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const by = (clientId: string) => basicAuthorization({ clientId, clientSecret: secrets[clientId] as string });
const entry = () => {
  const now = new Date();
  const counts = { read: 1, changed: 0, generated: 0, other: 0, refused: 0 };
  const day = now.toISOString().slice(0, 10);
  const { id: sub } = server.person;
  return { sub, client_id: 'spa', gid: 'g', day, ...counts, routes: {}, projects: [], last_at: now.getTime() / 1000 };
};
const raw =
  (body: () => string, headers: Sent['headers'] = {}, as = 'gateway') =>
  (): Sent => {
    const bytes = body();
    return {
      path: '/oauth/usage',
      body: bytes,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(bytes, 'latin1')),
        Authorization: by(as),
        ...headers,
      },
    };
  };
const report = (change: object = {}) => JSON.stringify({ id: randomUUID(), entries: [{ ...entry(), ...change }] });
const bad = { status: 400, error: 'invalid_request' };

describe('a report', () => {
  itAnswers(() => server, [
    { name: 'from nobody', send: raw(report, { Authorization: undefined }), status: 401, error: 'invalid_client' },
    {
      name: 'with a wrong secret',
      send: raw(report, { Authorization: 'Basic Z2F0ZXdheTp4' }),
      status: 401,
      error: 'invalid_client',
    },
    { name: 'with a token', send: raw(report, { Authorization: 'Bearer x' }), status: 401, error: 'invalid_client' },
    { name: 'of a client that is no gateway', send: raw(report, {}, 'web'), status: 403, error: 'unauthorized_client' },
    {
      name: 'as a form',
      send: raw(() => 'id=1', { 'Content-Type': 'application/x-www-form-urlencoded' }),
      status: 415,
      error: 'invalid_request',
    },
    { name: 'of nothing', send: raw(() => ''), ...bad },
    { name: 'that is half of JSON', send: raw(() => '{"id":'), ...bad },
    { name: 'in broken UTF-8', send: raw(() => '{"id":"\xff"}'), ...bad },
    { name: 'that is deep', send: raw(() => '['.repeat(100_000)), ...bad },
    {
      name: 'of more than 4 MB',
      send: raw(() => `"${'x'.repeat(4 * 1024 * 1024)}"`),
      status: 413,
      error: 'invalid_request',
    },
    {
      name: 'of more than 5,000 entries',
      send: raw(() => {
        const entries = Array.from({ length: 5_001 }, (_, n) => ({ ...entry(), gid: `grant-${n}` }));
        return JSON.stringify({ id: randomUUID(), entries });
      }),
      ...bad,
      text: /entries: at most 5000/,
    },
    { name: 'with a word for a number', send: raw(() => report({ read: 'many' })), ...bad },
    { name: 'with a key beside a client', send: raw(() => report({ key_id: 'key_1' })), ...bad },
    {
      name: 'with a key that is no text',
      send: raw(() => report({ key_id: 7, client_id: undefined, gid: undefined })),
      ...bad,
    },
    {
      name: 'with an empty key',
      send: raw(() => report({ key_id: '', client_id: undefined, gid: undefined })),
      ...bad,
    },
    { name: 'with NUL', send: raw(() => report({ sub: 'a\0' })), ...bad },
    {
      name: 'with __proto__ as route',
      send: raw(() => report().replace('"routes":{}', '"routes":{"__proto__":1}')),
      ...bad,
    },
    { name: 'by GET', send: { path: '/oauth/usage' }, status: 405, error: 'invalid_request' },
  ] satisfies Row[]);
});

describe('what is not known', () => {
  it.each([
    ['an account', { sub: randomUUID() }],
    ['a client', { client_id: 'nobody' }],
    ['a key', { key_id: 'key_nothing', client_id: undefined, gid: undefined }],
  ])('is dropped: %s', async (_name, change) => {
    const answer = await send(server.issuer, raw(() => report(change))());
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { counted: 0, repeated: false }]);
    const { rows } = await server.db.pgPool.query('SELECT * FROM app_usage');
    expect(rows).toEqual([]);
  });
});
