/** Questions about API keys that no gateway should send: each is refused, and tells and changes nothing. */
import { afterAll, beforeAll, describe } from 'vitest';
import { sha256 } from '../../src/store/sealer.ts';
import { makeKey } from '../support/api-keys.ts';
import { basic } from '../support/oauth.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addDisabledClient } from './clients.ts';
import { itAnswers } from './table.ts';
import type { Sent } from './wire.ts';

let server: TestServer;
let secret: string;
let hash: string;
let disabled: { id: string; secret: string };
beforeAll(async () => {
  server = await startTestServer();
  ({ secret } = await makeKey(server));
  hash = sha256(secret).toString('base64url');
  disabled = await addDisabledClient(server);
});
afterAll(() => server.stop());

const path = '/oauth/introspect/keys';
const as = (clientId: string) => basic(clientId, secrets[clientId] as string);
const raw =
  (body: string | (() => string), headers: Sent['headers'] | (() => Sent['headers']) = {}) =>
  (): Sent => {
    const bytes = typeof body === 'string' ? body : body();
    return {
      path,
      body: bytes,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(bytes, 'latin1')),
        Authorization: as('gateway'),
        ...(typeof headers === 'function' ? headers() : headers),
      },
    };
  };
const question = (value: unknown) => raw(() => JSON.stringify(value));
const valid = () => JSON.stringify({ keys: [hash] });
const bad = { status: 400, error: 'invalid_request' };
const refused = { status: 401, error: 'invalid_client' };
const use = (change: object) => question({ used: [{ key_id: 'key_1', at: 1, ...change }] });

describe('a question about keys', () => {
  itAnswers(
    () => server,
    [
      { name: 'from nobody', send: raw(valid, { Authorization: undefined }), ...refused },
      { name: 'with a wrong secret', send: raw(valid, { Authorization: basic('gateway', 'x') }), ...refused },
      { name: 'by a public client', send: raw(valid, { Authorization: basic('spa', '') }), ...refused },
      {
        name: 'by a disabled client',
        send: raw(valid, () => ({ Authorization: basic(disabled.id, disabled.secret) })),
        ...refused,
      },
      { name: 'with a token', send: raw(valid, { Authorization: 'Bearer x' }), ...refused },
      { name: 'with the key itself', send: raw(valid, () => ({ Authorization: `Bearer ${secret}` })), ...refused },
      {
        name: 'by a client that is no gateway',
        send: raw(valid, () => ({ Authorization: as('web') })),
        status: 403,
        error: 'unauthorized_client',
      },
      {
        name: 'as a form',
        send: raw('keys=1', { 'Content-Type': 'application/x-www-form-urlencoded' }),
        status: 415,
        error: 'invalid_request',
      },
      {
        name: 'by GET',
        send: () => ({ path, headers: { Authorization: as('gateway') } }),
        status: 405,
        error: 'invalid_request',
      },
      { name: 'of nothing', send: raw(''), ...bad },
      { name: 'that is half of JSON', send: raw('{"keys":'), ...bad },
      { name: 'in broken UTF-8', send: raw('{"keys":["\xff"]}'), ...bad },
      { name: 'that is a list', send: question([]), ...bad },
      { name: 'that is null', send: question(null), ...bad },
      { name: 'whose keys are no list', send: raw(() => JSON.stringify({ keys: hash })), ...bad },
      { name: 'with a key instead of its hash', send: raw(() => JSON.stringify({ keys: [secret] })), ...bad },
      {
        name: 'with a hash in hex',
        send: raw(() => JSON.stringify({ keys: [sha256(secret).toString('hex')] })),
        ...bad,
      },
      {
        name: 'with a hash that has unused bits',
        send: raw(() => JSON.stringify({ keys: [`${'A'.repeat(42)}B`] })),
        ...bad,
      },
      { name: 'with NUL in a hash', send: raw(() => JSON.stringify({ keys: [`\u0000${hash.slice(1)}`] })), ...bad },
      { name: 'with a number', send: question({ keys: [1] }), ...bad },
      { name: 'about 101 keys', send: raw(() => JSON.stringify({ keys: Array(101).fill(hash) })), ...bad },
      {
        name: 'of 101 KB',
        send: raw(() => `{"keys":[],"a":"${'a'.repeat(101 * 1024)}"}`),
        status: 413,
        error: 'invalid_request',
      },
      { name: 'with uses that are no list', send: question({ used: {} }), ...bad },
      { name: 'with 501 uses', send: question({ used: Array(501).fill({ key_id: 'key_1', at: 1 }) }), ...bad },
      { name: 'with a use of no key', send: use({ key_id: '' }), ...bad },
      { name: 'with a use of NUL', send: use({ key_id: 'key_\u0000' }), ...bad },
      { name: 'with a use at no time', send: use({ at: 'now' }), ...bad },
      { name: 'with a use in the year 10000', send: use({ at: 253_402_300_800 }), ...bad },
      { name: 'with a use from a place that is no address', send: use({ address: "';--" }), ...bad },
    ],
  );
});

describe('introspection of a key', () => {
  const of = (token: string, more: Record<string, string> = {}) => ({
    path: '/oauth/introspect',
    body: { token, ...more },
    headers: { Authorization: as('gateway') },
  });
  const nothing = { status: 200, text: /^\{"active":false\}$/ };
  itAnswers(
    () => server,
    [
      { name: 'that has no checksum', send: () => of(secret.slice(0, -6)), ...nothing },
      { name: 'with a line break after it', send: () => of(`${secret}\n`), ...nothing },
      { name: 'with NUL after it', send: () => of(`${secret}\u0000`), ...bad },
      { name: 'that is 50 KB long', send: () => of(`vcs_sk_live_${'a'.repeat(50_000)}`), ...nothing },
      { name: 'by its hash', send: () => of(hash), ...nothing },
      { name: 'by its id', send: () => of('key_1', { token_type_hint: 'api_key' }), ...nothing },
      {
        name: 'in the query',
        send: () => ({ ...of(secret), path: `/oauth/introspect?token=${secret}`, body: '' }),
        ...bad,
      },
      { name: 'by nobody', send: () => ({ ...of(secret), headers: {} }), ...bad },
    ],
  );
});
