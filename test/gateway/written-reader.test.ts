/** docs/gateway.md is complete: a reader written from its text alone (written-reader.ts) sees every revocation. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disableClient, enableClient } from '../../src/operations/clients.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { revoke, type Wire, wireTo } from './feed-reader.ts';
import { eventually } from './running-gateway.ts';
import { claimsOf } from './tokens.ts';
import { type Reader, readFeedByTheBook } from './written-reader.ts';

it('the reader imports nothing of ours', () => {
  const text = readFileSync(new URL('written-reader.ts', import.meta.url), 'utf8');
  expect(text).not.toMatch(/^import |import\(|require\(/m);
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  // Three pages.
  await revoke(
    server.db,
    'jti',
    Array.from({ length: 2_500 }, (_, i) => `early-${i}`),
  );
});
afterAll(() => server.stop());

describe.each(['stream', 'poll'] as const)('by %s', (way) => {
  let wire: Wire;
  let reader: Reader;
  // The clock stands still: what the reader has received stays fresh until a test lets time pass.
  let time = 1_000;
  beforeAll(async () => {
    wire = await wireTo(server.issuer);
    const credentials = { user: 'gateway', secret: secrets.gateway as string };
    reader = readFeedByTheBook(new URL(wire.url).origin, { ...credentials, way, clock: () => time });
    expect(reader.look({ jti: 'early-0' })).toBe('introspect');
    await until(() => reader.look({ jti: 'none' }) === 'good');
  });
  afterAll(() => {
    reader.close();
    wire.close();
  });

  async function until(met: () => boolean): Promise<void> {
    expect(await eventually(met)).toBe(true);
  }

  it('the reader has the whole list of several pages once it trusts it', () => {
    expect(reader.pages).toBeGreaterThanOrEqual(3);
    for (const i of [0, 999, 1_000, 2_000, 2_499]) expect(reader.look({ jti: `early-${i}` })).toBe('revoked');
  });

  it('the reader sees that a token and a family were revoked', async () => {
    const { access_token: token } = await obtainTokens(server);
    const other = await obtainTokens(server);
    expect([reader.look(claimsOf(token)), reader.look(claimsOf(other.access_token))]).toEqual(['good', 'good']);
    await post(server, '/oauth/revoke', { token });
    await until(() => reader.look(claimsOf(token)) === 'revoked');
    await post(server, '/oauth/revoke', { token: other.refresh_token as string });
    await until(() => reader.look(claimsOf(other.access_token)) === 'revoked');
  });

  it('the reader sees that a client was disabled, and enabled again', async () => {
    const claims = { client_id: 'spa' };
    expect(reader.look(claims)).toBe('good');
    await disableClient(server.db, 'spa', { id: 'test' }, 'Tried');
    await until(() => reader.look(claims) === 'revoked');
    await enableClient(server.db, 'spa', { id: 'test' });
    await until(() => reader.look(claims) === 'good');
  });

  it('the reader is cut off after five seconds of silence, resumes from its cursor and misses nothing', async () => {
    wire.cut();
    await revoke(server.db, 'gid', [`meanwhile-${way}`]);
    const look = () => reader.look({ gid: `meanwhile-${way}` });
    expect(look()).toBe('good');
    time += 5_000;
    expect(look()).toBe('good');
    // Tried again if an answer was still on its way.
    await until(() => {
      time += 5_001;
      return look() === 'introspect';
    });
    const [pages, connections] = [reader.pages, reader.resumed.length];
    wire.mend();
    await until(() => look() === 'revoked');
    expect(reader.look({ jti: 'early-7' })).toBe('revoked');
    const cursors = reader.resumed.slice(connections);
    expect(cursors.every((cursor) => /^[0-9a-f]{32}\.\d+$/.test(cursor ?? ''))).toBe(true);
    // The whole list is not sent again.
    if (way === 'stream') expect(reader.pages - pages).toBe(1);
  });
});
