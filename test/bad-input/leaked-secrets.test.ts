/** Reports of leaked secrets that no scanner has sent: each is refused, and ends nothing. */
import { sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../support/certificate.ts';
import { type Scanner, startScanner } from '../support/scanner.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { itAnswers, type Row } from './table.ts';
import { type Sent, send } from './wire.ts';

let scanner: Scanner;
let server: TestServer;
beforeAll(async () => {
  scanner = await startScanner();
  server = await startTestServer({ env: { LEAKED_SECRETS_KEYS_URL: scanner.keysUrl } });
});
afterAll(async () => {
  await server.stop();
  await scanner.stop();
});

const path = '/oauth/leaked-secrets';
const leak = () => JSON.stringify([{ token: secrets.web, type: 'vibecaas_client_secret', url: '', source: 'content' }]);
const raw = (body: string, headers: Sent['headers']): Sent => ({
  path,
  body,
  headers: { 'Content-Length': String(Buffer.byteLength(body, 'latin1')), ...headers },
});
/** Signed as it came, except for what differs. */
const signed =
  (body: () => string = leak, headers: Sent['headers'] = {}) =>
  () =>
    raw(body(), { ...scanner.headersFor(Buffer.from(body(), 'latin1')), ...headers });
const bad = { status: 400, error: 'invalid_request' };
const forged = { status: 403, error: 'access_denied' };

describe('a report', () => {
  itAnswers(() => server, [
    { name: 'without headers', send: () => raw(leak(), { 'Content-Type': 'application/json' }), ...bad },
    {
      name: 'without an identifier',
      send: signed(leak, { 'Github-Public-Key-Identifier': undefined }),
      ...bad,
    },
    { name: 'without a signature', send: signed(leak, { 'Github-Public-Key-Signature': undefined }), ...bad },
    { name: 'with an empty signature', send: signed(leak, { 'Github-Public-Key-Signature': '' }), ...bad },
    {
      name: 'with a signature that is not base64',
      send: signed(leak, { 'Github-Public-Key-Signature': '***' }),
      ...bad,
    },
    {
      name: 'with an endless signature',
      send: signed(leak, { 'Github-Public-Key-Signature': 'A'.repeat(5_000) }),
      ...bad,
    },
    {
      name: 'with the signature of nothing',
      send: signed(leak, { 'Github-Public-Key-Signature': 'A'.repeat(96) }),
      ...forged,
    },
    {
      name: 'with the signature of another report',
      send: () => raw(leak(), scanner.headersFor('[]')),
      ...forged,
    },
    {
      name: 'with the signature of another key of the scanner',
      send: () => {
        const other = scanner.headersFor(leak(), scanner.addKey());
        return raw(leak(), { ...other, 'Github-Public-Key-Identifier': scanner.identifier });
      },
      ...forged,
    },
    {
      name: 'with a key that is not the scanner’s',
      send: signed(leak, { 'Github-Public-Key-Identifier': 'f'.repeat(64) }),
      ...forged,
    },
    {
      name: 'with the identifier of a property of every object',
      send: signed(leak, { 'Github-Public-Key-Identifier': '__proto__' }),
      ...forged,
    },
    {
      name: 'with two signatures',
      send: () => {
        const headers = scanner.headersFor(leak());
        const one = headers['Github-Public-Key-Signature'] as string;
        return raw(leak(), { ...headers, 'Github-Public-Key-Signature': [one, one] });
      },
      ...bad,
    },
    {
      name: 'with a signature of a key that came along',
      send: () => {
        const { key } = makeCertificate('scanner.example');
        const signature = sign('sha256', Buffer.from(leak()), key).toString('base64');
        return raw(leak(), { ...scanner.headersFor(leak()), 'Github-Public-Key-Signature': signature });
      },
      ...forged,
    },
    {
      name: 'as a form',
      send: signed(leak, { 'Content-Type': 'application/x-www-form-urlencoded' }),
      status: 415,
      error: 'invalid_request',
    },
    { name: 'of nothing', send: signed(() => ''), ...bad },
    { name: 'that is half of JSON', send: signed(() => '[{"token":'), ...bad },
    { name: 'in broken UTF-8', send: signed(() => '["\xff"]'), ...bad },
    { name: 'that is deep', send: signed(() => '['.repeat(100_000)), ...bad },
    { name: 'that is no array', send: signed(() => '{"token":"x"}'), ...bad },
    {
      name: 'with too many entries',
      send: signed(() => JSON.stringify(Array.from({ length: 5_001 }, () => 1))),
      ...bad,
    },
    {
      name: 'of more than 2 MB',
      send: signed(() => `["${'x'.repeat(2 * 1024 * 1024)}"]`),
      status: 413,
      error: 'invalid_request',
    },
    { name: 'with a person’s cookie and no signature', send: { path, method: 'POST', body: '[]' }, ...bad },
    { name: 'by GET', send: { path }, status: 405, error: 'invalid_request' },
    {
      name: 'with entries that report nothing',
      send: signed(() => '[null, 1, "x", {}, {"token": 7}, {"token": ""}]'),
      status: 200,
    },
  ] satisfies Row[]);
});

it('nobody learns from a refusal whether a secret works', async () => {
  const answers = [secrets.web as string, `${secrets.web}`.replace(/.$/, '_'), 'x'].map((token) => {
    const body = JSON.stringify([{ token }]);
    return send(server.issuer, raw(body, scanner.headersFor('[]')));
  });
  const [first, ...others] = (await Promise.all(answers)).map(({ status, text }) => `${status} ${text}`);
  for (const other of others) expect(other).toBe(first);
});

it('without the setting there is no such endpoint', async () => {
  const other = await startTestServer({ beside: server });
  const { status } = await send(other.issuer, signed()());
  await other.stop();
  expect(status).toBe(404);
});
