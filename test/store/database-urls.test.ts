/** The forms of DATABASE_URL: each documented form connects everywhere, and each other one is refused by name. */
import { execFileSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/config/database-url.ts';
import { readGatewayConfig } from '../../src/config/gateway.ts';
import { readConfig } from '../../src/config/index.ts';
import { connectDatabase } from '../../src/store/connect.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { migrate } from '../../src/store/migrate.ts';
import { listen } from '../../src/store/notifications.ts';
import { isUnavailable } from '../../src/store/unavailable.ts';
import { startWebhookWorkers } from '../../src/store/work-queue.ts';
import { vcauthProcessIn } from '../cli/vcauth.ts';
import { clusterOf, createPreparedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';

const statement = {
  name: 'connection',
  text: 'SELECT ssl, current_user AS user, inet_server_port() AS port FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
};

/** A PostgreSQL server that speaks TLS, with a self-signed certificate for `localhost`, and listens on a socket. */
async function startWithTls() {
  const place = await createPreparedPlace();
  const sockets = tmpdir();
  const settings = { fsync: 'off', unix_socket_directories: sockets };
  const server = await startEmbeddedPostgres({ ...place, settings, onLog: () => {} });
  onTestFinished(() => server.stop());
  const [key, certificate] = [join(place.folder, 'key.pem'), join(place.folder, 'certificate.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  execFileSync('openssl', [...kind, ...names, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const { uid, gid } = statSync(await clusterOf(place));
  chownSync(key, uid, gid);
  const admin = openDatabase({ url: server.url, poolSize: 1 });
  await admin.script(`ALTER SYSTEM SET ssl_cert_file = '${certificate}'`);
  await admin.script(`ALTER SYSTEM SET ssl_key_file = '${key}'`);
  await admin.script('ALTER SYSTEM SET ssl = on');
  await admin.script('SELECT pg_reload_conf()');
  await admin.close();
  const { username: user, password, port } = new URL(server.url);
  return { url: server.url, user, password, port, certificate, sockets };
}

test('documented forms connect everywhere: pool, migration, notifications, queue and command', async () => {
  const { url, user, password, port, certificate, sockets } = await startWithTls();
  await migrate(url);
  await eventually(async () => connects(`${url}?sslmode=no-verify`)).toMatchObject({ ssl: true });
  const ca = `sslrootcert=${certificate}`;
  const dead = await freePort();
  const socket = encodeURIComponent(sockets);
  const forms: [form: string, encrypted: boolean][] = [
    [`postgresql://${user}:${password}@localhost:${port}/postgres`, false],
    [`postgres://${user}:${password}@localhost:${port}/postgres?sslmode=disable`, false],
    [`postgresql://${user}:${password}@localhost:${port}/postgres?sslmode=require&${ca}&channel_binding=require`, true],
    [`postgresql://${user}:${password}@localhost:${port}/postgres?sslmode=verify-full&${ca}`, true],
    [`postgresql://${user}:${password}@127.0.0.1:${port}/postgres?sslmode=verify-ca&${ca}`, true],
    [`postgresql://${user}:${password}@127.0.0.1:${port}/postgres?sslmode=no-verify`, true],
    [`postgresql://${user}:${password}@localhost:${port}/postgres?sslmode=require&${ca}&sslnegotiation=direct`, true],
    [`postgresql://${user}:${password}@localhost:${dead},localhost:${port}/postgres?sslmode=verify-full&${ca}`, true],
    [`postgresql:///postgres?host=${sockets}&port=${port}&user=${user}&password=${password}`, false],
    [`postgresql://${user}:${password}@/postgres?host=${sockets}&port=${port}`, false],
    [`postgresql://${user}:${password}@${socket}:${port}/postgres`, false],
  ];
  for (const [form, encrypted] of forms) {
    const database = await connectDatabase({ url: form, poolSize: 2 });
    expect([form, (await database.run(statement, []))[0]]).toMatchObject([form, { ssl: encrypted, user }]);
    await database.close();
    expect(await migrate(form)).toEqual({ applied: [] });
    const heard: string[] = [];
    const events = { onError: () => {}, onSilence: () => {}, onReconnect: () => {} };
    const listening = await listen(form, { forms: (payload) => heard.push(payload) }, events);
    const told = openDatabase({ url: form, poolSize: 1 });
    await told.script("NOTIFY forms, 'heard'");
    await eventually(() => heard).toEqual(['heard']);
    await Promise.all([told.close(), listening.close()]);
    const errors: Error[] = [];
    const workers = await startWebhookWorkers(form, { webhooks: async () => {}, logouts: async () => {} }, (error) =>
      errors.push(error),
    );
    await workers.stop(1_000);
    expect([form, errors]).toEqual([form, []]);
    const env = { DATABASE_URL: form, SECRETS: 's'.repeat(32) };
    const ran = await vcauthProcessIn(env)(['accounts', 'list', '--json']);
    expect([form, ran]).toEqual([form, { code: 0, stdout: '[]\n', stderr: '' }]);
  }
});

test('a certificate that is not trusted, or a server without TLS, is reported at once, with what to do', async () => {
  const { user, password, port } = await startWithTls();
  const at = (query: string) => `postgresql://${user}:${password}@localhost:${port}/postgres?${query}`;
  await eventually(() => connects(at('sslmode=no-verify'))).toMatchObject({ ssl: true });
  for (const mode of ['require', 'verify-full']) {
    const error = await failure(at(`sslmode=${mode}`));
    expect(error.message).toMatch(/^The certificate of the database at localhost:\d+ is not trusted: .*sslrootcert=/);
    expect(error.message).not.toContain(password);
  }
  const plain = await failure(`${inject('adminUrl')}?sslmode=require`);
  expect(plain.message).toMatch(/^Cannot use the database at .*: The server does not support SSL connections$/);
});

test('a server without TLS, or with a certificate that is not trusted any more, is unavailable to requests', async () => {
  const { user, password, port } = await startWithTls();
  const at = (query: string) => `postgresql://${user}:${password}@localhost:${port}/postgres?${query}`;
  await eventually(() => connects(at('sslmode=no-verify'))).toMatchObject({ ssl: true });
  for (const url of [at('sslmode=verify-full'), `${inject('adminUrl')}?sslmode=require`]) {
    const db = openDatabase({ url, poolSize: 1 });
    onTestFinished(() => db.close());
    const error = await db.script('SELECT 1').catch((cause: unknown) => cause);
    expect([(error as Error).message, isUnavailable(error)]).toEqual([expect.any(String), true]);
  }
});

test('the host that accepts writes is used among several, and found again when it moves', async () => {
  const [one, two] = [await startWithTls(), await startWithTls()];
  const admins = [one, two].map(({ url }) => openDatabase({ url, poolSize: 1 }));
  const become = async (index: number, readOnly: boolean) => {
    await admins[index]?.script(`SET default_transaction_read_only = off`);
    await admins[index]?.script(`ALTER SYSTEM SET default_transaction_read_only = ${readOnly}`);
    await admins[index]?.script('SELECT pg_reload_conf()');
    await admins[index]?.script(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    );
  };
  await admins[1]?.script(`ALTER ROLE ${two.user} PASSWORD '${one.password}'`);
  await become(0, true);
  const url = `postgresql://${one.user}:${one.password}@127.0.0.1:${one.port},127.0.0.1:${two.port}/postgres`;
  const database = await connectDatabase({ url, poolSize: 2 });
  const port = () =>
    database.run<{ port: number }>(statement, []).then(
      ([row]) => String(row?.port),
      () => 'none',
    );
  expect(await port()).toBe(two.port);
  await become(1, true);
  await become(0, false);
  await expect.poll(port).toBe(one.port);
  await Promise.all([...admins, database].map((db) => db.close()));
  const any = await connectDatabase({ url: `${url}?target_session_attrs=any`, poolSize: 1 });
  await any.close();
});

test('a file that is missing is named', async () => {
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const error = await failure(`${inject('adminUrl')}?sslmode=verify-full&${name}=/nowhere/${name}.pem`);
    expect(error).toMatchObject({
      kind: 'invalid',
      message: `A database address has ${name}=/nowhere/${name}.pem, and this file cannot be read: ENOENT`,
    });
  }
});

test('a malformed address of Redis is refused, and its setting is named', () => {
  for (const url of ['redis://host:99999', 'redis://[::1', 'rediss://']) {
    expect(() => readGatewayConfig({ GATEWAY_LIMITS_URL: url, GATEWAY_CLIENT_SECRET: 's' })).toThrow(
      /GATEWAY_LIMITS_URL must be/,
    );
  }
});

test.each<[url: string, hosts: [host: string | undefined, port: number | undefined][]]>([
  ['postgresql://u@:5433/db?host=/sockets', [['/sockets', 5433]]],
  ['postgresql://u@ignored:5433/db?host=/sockets', [['/sockets', 5433]]],
  ['postgresql://u@/db?host=/sockets', [['/sockets', undefined]]],
  ['postgresql://u@one:5433/db?port=5434', [['one', 5434]]],
  [
    'postgresql://u@one:5433,two:5434/db?port=5435,5436',
    [
      ['one', 5435],
      ['two', 5436],
    ],
  ],
  [
    'postgresql://u@one:5433,two/db?host=/a,/b',
    [
      ['/a', 5433],
      ['/b', undefined],
    ],
  ],
  ['postgresql://u@one,two/db?host=/a&port=5433', [['/a', 5433]]],
  ['postgresql://u@one,two/db?host=/a', [['/a', undefined]]],
  [
    'postgresql://u@:5433/db?host=[::1],::2',
    [
      ['::1', 5433],
      ['::2', 5433],
    ],
  ],
  [
    'postgresql://u@one:5433,two/db',
    [
      ['one', 5433],
      ['two', undefined],
    ],
  ],
])('%s: parameters replace hosts and ports, each by itself, as in libpq', (url, hosts) => {
  expect(parseDatabaseUrl(url).hosts).toEqual(hosts.map(([host, port]) => ({ host, port })));
});

describe('refused by name', () => {
  const refused: [url: string, says: RegExp][] = [
    ['postgresql://u:hu#sh@db/x', /must not have a #: write %23/],
    ['postgresql://u:hu/sh@db/x', /port that is not a whole number|percent-encode/],
    ['postgresql://u:hu%sh@db/x', /a % that does not begin an escape: write %25/],
    ['postgresql://u:hush@db:port/x', /a port that is not a whole number/],
    ['postgresql://u:hush@db:65536/x', /a port that is not a whole number/],
    ['postgresql://u:hush@::1/x', /IPv6 address without brackets/],
    ['postgresql://u:hush@a,b/x?port=1,2,3', /names 2 hosts and 3 ports/],
    ['postgresql://u:hush@db/x?sslmode=prefer', /sslmode=prefer, which an attacker can downgrade/],
    ['postgresql://u:hush@db/x?sslmode=allow', /sslmode=allow, which an attacker can downgrade/],
    ['postgresql://u:hush@db/x?sslmode=verify', /sslmode that does not exist: use disable, require/],
    ['postgresql://u:hush@db/x?sslmode=verify-ca', /sslrootcert=\/path\/ca\.pem for sslmode=verify-ca/],
    ['postgresql://u:hush@db/x?sslcrl=/a', /the parameter sslcrl, which is not supported/],
    ['postgresql://u:hush@db/x?service=hush', /the parameter service, which is not supported/],
    ['postgresql://u:hush@a,b/x?target_session_attrs=standby', /target_session_attrs that cannot serve/],
    ['socket:/var/run?db=x', /must be a URL such as postgresql:\/\//],
    ['host=db user=u password=hush', /must be a URL such as postgresql:\/\//],
    ['db.internal:5432/x', /must be a URL such as postgresql:\/\//],
  ];

  test.each(refused)('%s', (url, says) => {
    const read = (work: () => unknown) => {
      try {
        work();
        return 'accepted';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const ofServer = read(() => readConfig({ DATABASE_URL: url, SECRETS: 's'.repeat(32) }));
    expect(ofServer).toMatch(says);
    expect(ofServer).toContain('DATABASE_URL ');
    expect(ofServer).not.toContain('hush');
    if (!url.startsWith('postgresql:')) return;
    expect(read(() => readGatewayConfig({ GATEWAY_LIMITS_URL: url, GATEWAY_CLIENT_SECRET: 's' }))).toMatch(says);
  });
});

async function connects(url: string): Promise<unknown> {
  const database = openDatabase({ url, poolSize: 1 });
  try {
    return (await database.run(statement, []))[0];
  } catch (error) {
    return (error as Error).message;
  } finally {
    await database.close();
  }
}

async function failure(url: string): Promise<Error & { kind: string }> {
  return connectDatabase({ url, poolSize: 1, timeoutMs: 0 }).then(
    () => expect.unreachable('it connected'),
    (error) => error,
  );
}
