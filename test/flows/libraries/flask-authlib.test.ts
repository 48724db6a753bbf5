/**
 * Flask with Authlib in its default configuration, on the same host as the server. Cookies do not distinguish ports, so
 * Flask's `session` and ours are in one jar. Needs Debian's python3-flask, python3-authlib and python3-requests.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/operations/clients.ts';
import { decide, newPerson, signIn } from '../../support/person.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import flask, requests, authlib.integrations.flask_client']).status === 0,
);
if (!python) {
  process.stdout.write('skipped: Flask with Authlib. No python3 here has flask, authlib and requests.\n');
}

describe.skipIf(!python)('Flask with Authlib', () => {
  let server: TestServer;
  const apps: ChildProcess[] = [];
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    for (const app of apps) app.kill();
    await server.stop();
  });

  /** Registers the app at the port that it found, with the secret that it was started with. */
  async function startApp(alg: string): Promise<string> {
    const client = {
      client_id: `flask-${alg}`,
      client_name: 'Flask',
      type: 'web',
      redirect_uris: ['http://localhost/callback'],
      id_token_signed_response_alg: alg,
    } as const;
    const { clientSecret } = await createClient(server.db, client, { id: 'test' });
    const env = {
      ...process.env,
      ISSUER: server.issuer,
      CLIENT_ID: client.client_id,
      CLIENT_SECRET: clientSecret as string,
    };
    const program = fileURLToPath(new URL('./flask-app.py', import.meta.url));
    const app = spawn(python as string, [program], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    apps.push(app);
    const [port] = (await once(app.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const origin = `http://localhost:${String(port).trim()}`;
    await server.db.pgPool.query('UPDATE clients SET redirect_uris = $1 WHERE client_id = $2', [
      [`${origin}/callback`],
      client.client_id,
    ]);
    return origin;
  }

  it.each(['ES256', 'RS256'])('signs a person in with an ID token signed by %s', async (alg) => {
    const app = await startApp(alg);
    const person = newPerson(server.issuer);
    const asked = await person.request(`${app}/login`);
    let page = await person.visit(asked.headers.get('location') as string);
    page = await signIn(person, page, server.person.email);
    if (page.text.includes('name="decision"')) page = await decide(person, page, 'allow');
    const done = await person.request(page.headers.get('location') as string);
    expect(done.status, done.text).toBe(200);
    const known = { sub: server.person.id, email: server.person.email };
    expect(JSON.parse(done.text)).toMatchObject({ claims: known, asked: known });
  });
});
