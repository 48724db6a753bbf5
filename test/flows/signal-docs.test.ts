/** The code of docs/shared-signals.md and docs/status-lists.md, run as printed. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signOutEverywhere } from '../../src/operations/accounts.ts';
import { signalActions } from '../../src/policy/shared-signals.ts';
import { startNode } from '../cli/vcauth.ts';
import { freePort } from '../support/free-port.ts';
import { basic, obtainTokens, post } from '../support/oauth.ts';
import { until } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { apiResource, secrets, startTestServer, type TestServer } from '../support/server.ts';

const codeOf = (name: string, place = 0) => {
  const text = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
  return [...text.matchAll(/```js\n([\s\S]*?)```/g)][place]?.[1] as string;
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { STATUS_LIST_RESOURCES: apiResource } });
});
afterAll(() => server.stop());

function run(code: string, env: Record<string, string>) {
  const app = startNode(['--input-type=module', '-e', code], { ISSUER: server.issuer, ...env });
  let printed = '';
  app.stdout.on('data', (chunk) => (printed += chunk));
  app.stderr.on('data', (chunk) => (printed += chunk));
  return { app, printed: () => printed };
}

it('the receiver creates its stream, prints a signal and acknowledges it', async () => {
  const { app, printed } = run(codeOf('shared-signals'), {
    CLIENT_ID: 'gateway',
    CLIENT_SECRET: secrets.gateway as string,
  });
  await until(async () => (await rowsOf(server.db, 'SELECT FROM signal_streams')).length === 1, undefined, printed);
  await signOutEverywhere(server.db, server.person.id, { endGrants: false }, { id: 'cli' });
  await until(() => printed().includes('session-revoked'), undefined, printed);
  expect(printed()).toContain(server.person.id);
  await until(async () => {
    const unread = `SELECT FROM signal_streams s WHERE s.read_seq < (SELECT max(l.sealed_seq) FROM audit_seals l
      JOIN audit_events e ON e.seq = l.event WHERE e.action = ANY ('{${signalActions.join(',')}}'))`;
    return (await rowsOf(server.db, unread)).length === 0;
  });
  expect(printed().match(/session-revoked/g)).toHaveLength(1);
  app.kill();
  await once(app, 'exit');
});

it('the receiver of pushes takes a signal, and refuses one without its header', async () => {
  await server.db.script('DELETE FROM signal_streams');
  const port = String(await freePort());
  const env = { CLIENT_ID: 'gateway', PUSH_SECRET: 'a-secret-of-theirs', PORT: port };
  const { app, printed } = run(codeOf('shared-signals', 1), env);
  const url = `http://localhost:${port}/signals`;
  const isUp = () => fetch(url, { method: 'POST' }).then(({ status }) => status === 400);
  await until(() => isUp().catch(() => false), undefined, printed);
  const delivery = {
    method: 'urn:ietf:rfc:8935',
    endpoint_url: url,
    authorization_header: `Bearer ${env.PUSH_SECRET}`,
  };
  const created = await fetch(new URL('/oauth/ssf/streams', server.issuer), {
    method: 'POST',
    headers: { authorization: basic('gateway', secrets.gateway as string), 'content-type': 'application/json' },
    body: JSON.stringify({ delivery }),
  });
  expect(created.status).toBe(201);
  await signOutEverywhere(server.db, server.person.id, { endGrants: false }, { id: 'cli' });
  await until(() => printed().includes(server.person.id), undefined, printed);
  expect(printed().match(/session-revoked/g)).toHaveLength(1);
  app.kill();
  await once(app, 'exit');
});

it('the code for a status list tells a revoked token from a live one', async () => {
  const [live, revoked] = [await obtainTokens(server), await obtainTokens(server)];
  await post(server, '/oauth/revoke', { token: revoked.refresh_token as string });
  const claims = [live, revoked].map(({ access_token: token }) => decodeJwt(token).status);
  const asked = `for (const status of ${JSON.stringify(claims)}) console.log(await isRevoked(status));`;
  const { app, printed } = run(`${codeOf('status-lists')}\n${asked}`, {});
  await once(app, 'exit');
  expect(printed()).toBe('false\ntrue\n');
});
