/**
 * When something of ours breaks, the answer says so and nothing else: no stack, no SQL, no joke. The log has the
 * details.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeUrl, basic, verifier } from '../support/oauth.ts';
import { redirectUri, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { type Answer, type Sent, send } from './wire.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  for (const table of ['authorization_codes', 'artifacts', 'grants', 'consents'])
    await server.db.pgPool.query(`ALTER TABLE ${table} RENAME TO ${table}_gone`);
});
afterAll(() => server.stop());

const code = {
  grant_type: 'authorization_code',
  code: 'A'.repeat(43),
  redirect_uri: redirectUri,
  code_verifier: verifier,
};

describe('a broken database', () => {
  it.each<[string, () => Sent]>([
    ['token', () => ({ path: '/oauth/token', body: { client_id: 'spa', ...code } })],
    [
      'introspection',
      () => ({
        path: '/oauth/introspect',
        body: { token: 'vcs_rt_x' },
        headers: { Authorization: basic('web', secrets.web as string) },
      }),
    ],
    ['pushing', () => ({ path: '/oauth/par', body: Object.fromEntries(new URL(authorizeUrl(server)).searchParams) })],
  ])('%s is answered in JSON', async (_name, request) => {
    const answer = await send(server.issuer, { ...request(), headers: { Accept: 'text/html', ...request().headers } });
    if (answer.status === 200) return expect(answer.text).toBe('{"active":false}');
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual({
      error: 'server_error',
      error_description: 'Something here failed',
      request_id: answer.headers.get('x-request-id'),
    });
    expectLogged(answer);
  });

  it('authorization is answered by a page', async () => {
    // Too long for a cookie, so the server has to store it.
    const { pathname, search } = new URL(authorizeUrl(server, { state: randomBytes(3_000).toString('hex') }));
    const answer = await send(server.issuer, { path: pathname + search, headers: { Accept: 'text/html' } });
    expect([answer.status, answer.text]).toEqual([500, expect.stringContaining('Something here failed')]);
    expect(answer.text).not.toMatch(/oops|relation|artifacts|SELECT|\bat /);
    expectLogged(answer);
  });

  function expectLogged({ headers }: Answer): void {
    const lines = server
      .logged()
      .split('\n')
      .filter((line) => line.includes(headers.get('x-request-id') as string));
    expect(lines.some((line) => line.includes('does not exist'))).toBe(true);
  }
});
