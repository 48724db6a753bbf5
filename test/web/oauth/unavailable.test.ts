/**
 * When the database cannot answer now, programs are told so (RFC 6749 §5.2 has no code for it; `temporarily_unavailable` is that of
 * §4.1.2.1), and the failure is recorded for the client as it was answered.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { authorizeUrl, obtainCode, obtainTokens, post, refresh, type Tokens, verifier } from '../../support/oauth.ts';
import { patientTimeouts } from '../../support/patient-timeouts.ts';
import { rowsOf } from '../../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
/** Gives up soon. */
let node: TestServer;
let tokens: Tokens;
let code: string;
beforeAll(async () => {
  server = await startTestServer();
  const timeouts = { ...patientTimeouts, lockTimeoutMs: 200 };
  node = await startTestServer({ beside: server, env: { ISSUER: server.issuer }, timeouts });
  tokens = await obtainTokens(server, { client_id: 'web' });
  code = await obtainCode(server, { client_id: 'web' });
  // What needs no row yet is ready before the tables are locked.
  await post(node, '/oauth/introspect', { token: tokens.access_token }, 'web');
});
afterAll(async () => {
  await node.stop();
  await server.stop();
});

type Request = () => ReturnType<typeof post>;
const pushed = () => Object.fromEntries(new URL(authorizeUrl(server, { client_id: 'web' })).searchParams);
const exchanged = () => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirectUri,
  code_verifier: verifier,
});
const requests: readonly [what: string, endpoint: string, request: Request][] = [
  ['an exchange', 'token', () => post(node, '/oauth/token', exchanged(), 'web')],
  ['a refresh', 'token', () => refresh(node, tokens.refresh_token as string, 'web')],
  ['introspection of an access token', 'introspect', asked('introspect', () => tokens.access_token)],
  ['introspection of a refresh token', 'introspect', asked('introspect', () => tokens.refresh_token as string)],
  ['revocation of an access token', 'revoke', asked('revoke', () => tokens.access_token)],
  ['revocation of a refresh token', 'revoke', asked('revoke', () => tokens.refresh_token as string)],
  ['a pushed request', 'par', () => post(node, '/oauth/par', pushed(), 'web')],
];

function asked(endpoint: string, token: () => string): Request {
  return () => post(node, `/oauth/${endpoint}`, { token: token() }, 'web');
}

describe.each(requests)('%s', (_what, endpoint, request) => {
  it('is answered as temporarily unavailable, logged with the reason, recorded as answered, and works again later', async () => {
    const holder = await server.db.pgPool.connect();
    let answer: Awaited<ReturnType<Request>>;
    try {
      await holder.query('BEGIN; LOCK TABLE grants, token_revocation, artifacts IN ACCESS EXCLUSIVE MODE');
      answer = await request();
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    const requestId = answer.headers.get('x-request-id') as string;
    expect([answer.status, answer.headers.get('retry-after'), answer.body]).toEqual([
      503,
      '5',
      {
        error: 'temporarily_unavailable',
        error_description: expect.stringContaining('database'),
        request_id: requestId,
      },
    ]);
    const lines = node
      .logged()
      .split('\n')
      .filter((line) => line.includes(requestId));
    expect(lines.join('\n')).toContain('canceling statement due to lock timeout');
    const recorded = () =>
      rowsOf(
        server.db,
        `SELECT client_id, endpoint, error, detail FROM failed_requests WHERE request_id = '${requestId}'`,
      );
    await eventually(recorded).toEqual([
      { client_id: 'web', endpoint, error: 'temporarily_unavailable', detail: null },
    ]);
    expect((await request()).status).toBeLessThan(300);
  });
});
