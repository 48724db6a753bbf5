/** Client secrets of which only the hash of another server is known: their first use, and those who guess. */
import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import * as bcrypt from '@node-rs/bcrypt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { accountLockout } from '../../src/policy/lockout.ts';
import { insertForeignSecret, removeClientSecrets } from '../../src/store/client-secrets.ts';
import { basic } from '../support/oauth.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { fewestStatements } from '../support/statements.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { RATE_LIMITS: 'on' } });
});
afterAll(() => server.stop());

const unpadded = (data: Buffer) => data.toString('base64').replace(/=+$/, '');
/** As Hydra 2 stores a secret. */
function hydraHash(secret: string): string {
  const salt = randomBytes(16);
  return `$pbkdf2-sha256$i=25000,l=32$${unpadded(salt)}$${unpadded(pbkdf2Sync(secret, salt, 25_000, 32, 'sha256'))}`;
}
const newSecret = () => randomBytes(20).toString('base64url');

let made = 0;
async function service(hash: string): Promise<string> {
  made += 1;
  const client_id = `foreign-${made}`;
  await createClient(
    server.db,
    { client_id, client_name: client_id, type: 'service', scope: 'projects:read' },
    { id: 'test' },
  );
  await server.db.transaction(async (trx) => {
    await removeClientSecrets(trx, client_id);
    await insertForeignSecret(trx, client_id, hash);
  });
  return client_id;
}

const send = (clientId: string, secret: string) =>
  fetch(`${server.issuer}/oauth/token`, {
    method: 'POST',
    headers: { authorization: basic(clientId, secret) },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'projects:read' }),
  });
const stored = async (clientId: string) =>
  (
    await rowsOf(
      server.db,
      `SELECT encode(secret_hash, 'hex') AS hash, foreign_hash, last_four FROM client_secrets WHERE client_id = '${clientId}'`,
    )
  )[0];
const hashes = async () =>
  Number(/^password_hashes_total (\d+)/m.exec(await (await fetch(`${server.metricsOrigin}/metrics`)).text())?.[1]);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

it('the first use of a secret with a hash of Hydra 2 is answered, and leaves our hash', async () => {
  const secret = newSecret();
  const hash = hydraHash(secret);
  const id = await service(hash);
  expect((await send(id, 'a wrong secret')).status).toBe(401);
  expect((await send(id, hash)).status).toBe(401);
  expect((await stored(id))?.foreign_hash).toBe(hash);
  // A service that starts sends many requests at once.
  const before = await hashes();
  expect((await Promise.all(Array.from({ length: 20 }, () => send(id, secret)))).map(({ status }) => status)).toEqual(
    Array(20).fill(200),
  );
  expect((await hashes()) - before).toBeLessThan(5);
  expect(await stored(id)).toEqual({ hash: sha256(secret), foreign_hash: null, last_four: secret.slice(-4) });
  expect((await send(id, 'a wrong secret')).status).toBe(401);
  expect((await send(id, secret)).status).toBe(200);
  expect(await fewestStatements(server, () => send(id, secret))).toBe(0);
  expect(server.logged()).not.toContain(secret);
});

it('a secret with a hash of bcrypt works, as Hydra 1 stores it', async () => {
  const secret = newSecret();
  const id = await service((await bcrypt.hash(secret, 4)).replace('$2b$', '$2a$'));
  expect((await send(id, secret)).status).toBe(200);
  expect(await stored(id)).toMatchObject({ hash: sha256(secret), foreign_hash: null });
});

it('a secret that somebody could guess keeps its slow hash', async () => {
  const hash = hydraHash('change-me');
  const id = await service(hash);
  for (const status of [200, 200]) expect((await send(id, 'change-me')).status).toBe(status);
  expect(await stored(id)).toMatchObject({ foreign_hash: hash, last_four: null });
});

it('who guesses is stopped for that client in that network alone', async () => {
  const secret = newSecret();
  const id = await service(hydraHash(secret));
  const key = (name: string, subject: string) => `${name}:${createHash('sha256').update(subject).digest('base64url')}`;
  await server.db.pgPool.query(
    `INSERT INTO sign_in_limits (key, failures, window_ends, expires_at) VALUES ($1, $2, now() + interval '1 hour', now() + interval '1 hour')`,
    [key('client secret', `127.0.0.1 ${id}`), accountLockout.freeFailures - 1],
  );
  expect((await send(id, 'wrong')).status).toBe(401);
  const refused = await send(id, secret);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(20);
  expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' });
  const other = newSecret();
  expect((await send(await service(hydraHash(other)), other)).status).toBe(200);
  expect(
    await rowsOf(server.db, `SELECT 1 FROM sign_in_limits WHERE key LIKE 'machine:%' OR key LIKE 'account:%'`),
  ).toEqual([]);
});
