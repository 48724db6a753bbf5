/** vcauth commands about the activity of clients, and those that match the verbs of the REST API. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount } from '../../src/operations/accounts.ts';
import { createClientActivity } from '../../src/operations/client-activity.ts';
import { createClient } from '../../src/operations/clients.ts';
import { createPasswords } from '../../src/operations/passwords.ts';
import { password, startCli } from './support.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
beforeAll(async () => {
  cli = await startCli();
  const { database: db } = cli.own;
  const actor = { id: 'test' };
  const input = { client_id: 'robot', client_name: 'Robot', type: 'service', scope: 'projects:read' };
  await createClient(db, input as never, actor);
  const person = { email: 'ada@example.com', name: 'Ada', password };
  const { id } = await createAccount(db, createPasswords({ maxWaitMs: 600_000 }), person, actor);
  await db.pgPool.query(
    `INSERT INTO sessions (uid, id_hash, payload, account_id, signed_in_at, expires_at)
      SELECT 'session-' || n, sha256(n::text::bytea), '', $1, clock_timestamp(), now() + interval '1 day' FROM generate_series(1, 2) n`,
    [id],
  );
  const activity = createClientActivity(db);
  activity.noteSuccess('robot', 'client_credentials');
  activity.noteFailure({
    clientId: 'robot',
    at: new Date(),
    requestId: 'req_cli',
    endpoint: 'token',
    error: 'invalid_client',
    description: 'client authentication failed',
    detail: 'invalid secret provided',
    parameters: { grant_type: 'client_credentials', client_secret: null },
  });
  await activity.writeStatistics();
  await activity.writeFailures();
});
afterAll(() => cli.own.drop());

test('clients insight and statistics show what a client has done', async () => {
  const activity = await cli.vcauth.json<{ days: { errors: number }[] }>(['clients', 'insight', 'robot']);
  expect(activity).toMatchObject({ client_id: 'robot', people: 0, grants: 0, last_used_at: expect.any(String) });
  expect(activity.days).toHaveLength(30);
  expect(activity.days.at(-1)).toMatchObject({ tokens: { client_credentials: 1 }, errors: 1, refresh_token_reuses: 0 });
  const shown = await cli.vcauth(['clients', 'insight', 'robot']);
  expect(shown.stdout).toMatch(/^failed requests +1$/m);
  expect(shown.stdout).toMatch(/^\d{4}-\d\d-\d\d +0 +0 +1 +0 +0 +1 +0 +0$/m);
  const all = await cli.vcauth.json(['statistics']);
  expect(all).toMatchObject({ clients: { active: 1 }, accounts: { active: 1 }, days: { length: 30 } });
  expect((await cli.vcauth(['statistics'])).stdout).toMatch(/^sessions +2$/m);
  expect(await cli.vcauth(['clients', 'insight', 'nobody'])).toMatchObject({ code: 1, stdout: '' });
});

test('clients errors shows the failures of one client, or by request id', async () => {
  for (const words of [['robot'], ['--request-id', 'req_cli'], ['robot', '--request-id', 'req_cli']]) {
    const [failure, ...more] = await cli.vcauth.json<Record<string, unknown>[]>(['clients', 'errors', ...words]);
    expect(more).toEqual([]);
    expect(failure).toMatchObject({ client_id: 'robot', request_id: 'req_cli', parameters: { client_secret: null } });
    expect(failure?.wrong).toContain('The client secret is wrong');
  }
  expect((await cli.vcauth(['clients', 'errors', 'robot'])).stdout).toContain('Compare the secret');
  expect(await cli.vcauth.json(['clients', 'errors', '--request-id', 'req_other'])).toEqual([]);
  expect((await cli.vcauth(['clients', 'errors'])).code).toBe(2);
  expect((await cli.vcauth(['clients', 'errors', 'nobody'])).code).toBe(1);
});

test('clients secrets lists secrets, and remove-secret removes one', async () => {
  const [secret] = await cli.vcauth.json<{ id: string }[]>(['clients', 'secrets', 'robot']);
  expect(Object.keys(secret as object)).not.toContain('secret_hash');
  expect(
    (await cli.vcauth(['clients', 'remove-secret', 'robot', '--secret', 'x', '--reason', 'Asked for.'])).code,
  ).toBe(2);
  expect(
    (await cli.vcauth(['clients', 'remove-secret', 'robot', '--secret', '999999', '--reason', 'Asked for.'])).code,
  ).toBe(1);
  await cli.vcauth.json([
    'clients',
    'remove-secret',
    'robot',
    '--secret',
    secret?.id as string,
    '--reason',
    'Asked for.',
  ]);
  expect(await cli.vcauth.json(['clients', 'secrets', 'robot'])).toEqual([]);
});

test('lists can be searched and filtered', async () => {
  const ids = async (...words: string[]) =>
    (await cli.vcauth.json<Record<string, string>[]>(words)).map((row) => row.client_id ?? row.email);
  expect(await ids('clients', 'list', '--search', 'ROB', '--type', 'service')).toEqual(['robot']);
  expect(await ids('clients', 'list', '--state', 'suspended')).toEqual([]);
  expect(await ids('accounts', 'list', '--search', 'ad', '--role', 'user')).toEqual(['ada@example.com']);
  expect(await ids('accounts', 'list', '--status', 'suspended')).toEqual([]);
});

test('accounts update changes what is named', async () => {
  const changed = await cli.vcauth.json(['accounts', 'update', 'ada@example.com', '--name', 'Ada L', '--tier', 'pro']);
  expect(changed).toMatchObject({ name: 'Ada L', tier: 'pro', role: 'user' });
  expect((await cli.vcauth(['accounts', 'update', 'ada@example.com'])).code).toBe(2);
  const unreasoned = await cli.vcauth(['accounts', 'update', 'ada@example.com', '--role', 'admin']);
  expect([unreasoned.code, unreasoned.stderr]).toEqual([2, expect.stringContaining('--reason is missing')]);
  expect((await cli.vcauth(['accounts', 'update', 'ada@example.com', '--tier', 'gold'])).code).toBe(2);
  expect((await cli.vcauth(['accounts', 'update', 'ada@example.com', '--name', ' '])).code).toBe(1);
});

test('accounts sessions lists sessions, end-session ends one and sign-out all', async () => {
  const sessions = () => cli.vcauth.json<{ id: string }[]>(['accounts', 'sessions', 'ada@example.com']);
  expect(await sessions()).toHaveLength(2);
  const words = ['accounts', 'end-session', 'ada@example.com', '--session', 'session-1'];
  const unreasoned = await cli.vcauth(words);
  expect([unreasoned.code, unreasoned.stderr]).toEqual([2, expect.stringContaining('--reason')]);
  await cli.vcauth.json([...words, '--reason', 'Asked for.']);
  expect((await sessions()).map(({ id }) => id)).toEqual(['session-2']);
  const gone = await cli.vcauth([...words, '--reason', 'Asked for.']);
  expect(gone.code).toBe(1);
  await cli.vcauth.json(['accounts', 'sign-out', 'ada@example.com', '--reason', 'Asked for.']);
  expect(await sessions()).toEqual([]);
});

test('keys rotate holds back a second rotation', async () => {
  await cli.vcauth.json(['keys', 'rotate']);
  await cli.vcauth.json(['keys', 'rotate']);
  const held = await cli.vcauth(['keys', 'rotate']);
  expect(held).toMatchObject({ code: 1, stdout: '' });
  expect(held.stderr).toContain('Wait until');
  await cli.vcauth.json(['keys', 'rotate', '--force', '--reason', 'Asked for.']);
});
