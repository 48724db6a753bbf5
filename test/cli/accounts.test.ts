/** vcauth accounts, on a database of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPasswords } from '../../src/operations/passwords.ts';
import { auditOf } from '../support/rows.ts';
import { password, secrets, startCli } from './support.ts';
import { vcauthIn } from './vcauth.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
beforeAll(async () => {
  cli = await startCli();
});
afterAll(() => cli.own.drop());

const ada = { email: 'ada@example.com', name: 'Ada', role: 'user', tier: 'free' };

async function storedHash(email: string): Promise<string> {
  const { rows } = await cli.own.database.pgPool.query('SELECT password_hash FROM accounts WHERE email = $1', [email]);
  return rows[0].password_hash;
}

describe('with no account yet', () => {
  test('list says on stderr how to create one', async () => {
    const { code, stdout, stderr } = await cli.vcauth(['accounts', 'list']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('No accounts yet. Create one: vcauth accounts create');
    expect(await cli.vcauth(['accounts', 'list', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  test('a search that finds nothing does not say that there are no accounts', async () => {
    for (const words of [
      ['accounts', 'list', '--search', 'zzz'],
      ['accounts', 'list', '--status', 'suspended'],
      ['accounts', 'list', '--role', 'admin'],
    ]) {
      expect((await cli.vcauth(words)).stderr, words.join(' ')).toBe('No account matches.\n');
    }
  });
});

describe('with accounts', () => {
  let id: string;
  beforeAll(async () => {
    const words = ['accounts', 'create', '--email', 'Ada@Example.com', '--name', 'Ada', '--password-stdin'];
    const created = await cli.vcauth.json(words, `${password}\n`);
    expect(created).toMatchObject({ ...ada, id: expect.stringMatching(/^acc_/) });
    id = created.id as string;
  });

  test('the password is read from stdin, without the line end', async () => {
    expect(await createPasswords({ maxWaitMs: 600_000 }).verify(await storedHash(ada.email), password)).toBe(true);
  });

  test('create takes a role and a tier', async () => {
    const words = ['accounts', 'create', '--email', 'root@example.com', '--name', 'Root', '--admin', '--tier', 'pro'];
    const { code, stdout } = await cli.vcauth([...words, '--password-stdin'], password);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^email {4}root@example\.com$/m);
    expect(stdout).toMatch(/^role {5}admin$/m);
    expect(stdout).toMatch(/^tier {5}pro$/m);
    expect(stdout).not.toContain(password);
  });

  test('create asks why there is another admin, before it asks for a password', async () => {
    const words = ['accounts', 'create', '--email', 'root-two@example.com', '--name', 'Root', '--admin'];
    const refused = await cli.vcauth([...words, '--password-stdin'], '');
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('reason is required: say why somebody becomes an admin');
    const told = [...words, '--reason', 'Ticket 4711', '--password-stdin'];
    const { id, role } = await cli.vcauth.json(told, password);
    expect(role).toBe('admin');
    const [line] = await auditOf(cli.own.database, `account:${id}`);
    expect(line).toMatchObject({ action: 'account.created', details: { reason: 'Ticket 4711' } });
    // The tests below know one admin.
    await cli.vcauth.json(['accounts', 'delete', id as string, '--yes', '--reason', 'Done.']);
  });

  test.each([
    ['an address that is taken', ['--email', 'ada@example.com', '--name', 'Ada'], password, 'ada@example.com'],
    ['what is no address', ['--email', 'ada', '--name', 'Ada'], password, 'email'],
    ['a short password', ['--email', 'bob@example.com', '--name', 'Bob'], 'short', 'password'],
  ])('create refuses %s', async (_what, words, typed, says) => {
    const { code, stdout, stderr } = await cli.vcauth(
      ['accounts', 'create', ...words, '--password-stdin', '--json'],
      typed,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.toLowerCase()).toContain(says);
    expect(stderr).not.toContain('    at ');
  });

  test('show takes the id and the address, in any case', async () => {
    const byId = await cli.vcauth.json(['accounts', 'show', id]);
    const more = { email_verified: false, external_id: null, status: 'active', password_change_required: false };
    expect(byId).toEqual({ id, ...ada, ...more, created_at: expect.stringMatching(/^\d{4}-.*T.*Z$/) });
    expect(await cli.vcauth.json(['accounts', 'show', 'ADA@example.com'])).toEqual(byId);
  });

  test.each(['show', 'suspend', 'restore', 'set-password', 'require-password-change', 'reset-factor', 'delete'])(
    '%s refuses an unknown account',
    async (verb) => {
      const stdin = verb === 'set-password' ? ['--password-stdin'] : [];
      const why = ['show', 'restore'].includes(verb) ? [] : ['--reason', 'Asked for.'];
      const { code, stdout, stderr } = await cli.vcauth(['accounts', verb, 'acc_nobody', ...stdin, ...why], password);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^There is no account acc_nobody\.?\n$/);
    },
  );

  test('suspend keeps the account out, and restore lets it in again', async () => {
    expect(await cli.vcauth.json(['accounts', 'suspend', 'ada@example.com', '--reason', 'Asked for.'])).toMatchObject({
      id,
      status: 'suspended',
    });
    expect(await cli.vcauth.json(['accounts', 'show', id])).toMatchObject({ status: 'suspended' });
    expect(await cli.vcauth.json(['accounts', 'restore', id])).toMatchObject({ id, status: 'active' });
    const { rows } = await cli.own.database.pgPool.query(
      'SELECT actor, action FROM audit_events WHERE target = $1 ORDER BY seq',
      [`account:${id}`],
    );
    const actor = expect.stringMatching(/^cli:[\w.-]+@[\w.-]+$/);
    expect(rows).toEqual([
      { actor, action: 'account.created' },
      { actor, action: 'account.suspended' },
      { actor, action: 'account.restored' },
    ]);
  });

  test('require-password-change holds until the password is changed', async () => {
    const { pgPool } = cli.own.database;
    const { id: root } = await cli.vcauth.json<{ id: string }>(['accounts', 'show', 'root@example.com']);
    await pgPool.query(
      `INSERT INTO sessions (uid, id_hash, payload, account_id, signed_in_at, expires_at)
        VALUES ('open', 'x', 'x', $1, now(), now() + interval '1 hour')`,
      [root],
    );
    const required = await cli.vcauth.json([
      'accounts',
      'require-password-change',
      'root@example.com',
      '--reason',
      'Asked for.',
    ]);
    expect(required).toMatchObject({ id: root, password_change_required: true });
    expect((await pgPool.query(`SELECT 1 FROM sessions WHERE uid = 'open'`)).rows).toEqual([]);
    const { rows } = await pgPool.query('SELECT actor, action FROM audit_events WHERE target = $1 ORDER BY seq', [
      `account:${root}`,
    ]);
    const line = { actor: expect.stringMatching(/^cli:/), action: 'account.password_change_required' };
    expect(rows.at(-1)).toEqual(line);
    const { stdout } = await cli.vcauth(['accounts', 'show', 'root@example.com']);
    expect(stdout).toMatch(/password +to be changed at the next sign-in/);
    const words = ['accounts', 'set-password', 'root@example.com', '--password-stdin', '--reason', 'Asked for.'];
    expect(await cli.vcauth.json(words, 'one more long password')).toMatchObject({ password_change_required: false });
  });

  test('delete asks for confirmation, a script gives --yes, and the last admin stays', async () => {
    const create = ['accounts', 'create', '--email', 'leaving@example.com', '--name', 'Leaving', '--password-stdin'];
    const leaving = JSON.parse((await cli.vcauth([...create, '--json'], password)).stdout).id;
    const asked = await cli.vcauth(['accounts', 'delete', 'leaving@example.com', '--reason', 'Asked for.']);
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toContain(`This deletes leaving@example.com (${leaving}) for good. 0 apps lose access.`);
    const remove = (named: string) => ['accounts', 'delete', named, '--yes', '--reason', 'Asked for.'];
    expect(await cli.vcauth.json(remove('leaving@example.com'))).toEqual({ id: leaving, deleted: true });
    expect((await cli.vcauth(['accounts', 'show', leaving])).code).toBe(1);
    const refused = await cli.vcauth(remove('root@example.com'));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('the last admin')]);
  });

  test('reset-factor removes app and recovery codes, ends sessions and is recorded', async () => {
    const { pgPool } = cli.own.database;
    const { id: root } = await cli.vcauth.json<{ id: string }>(['accounts', 'show', 'root@example.com']);
    await pgPool.query(`INSERT INTO account_totp (account_id, secret) VALUES ($1, 'sealed')`, [root]);
    await pgPool.query(`INSERT INTO account_recovery_codes (account_id, code_hash) VALUES ($1, 'hash')`, [root]);
    await pgPool.query(
      `INSERT INTO sessions (uid, id_hash, payload, account_id, signed_in_at, expires_at)
        VALUES ('lost', 'y', 'y', $1, now(), now() + interval '1 hour')`,
      [root],
    );
    const words = ['accounts', 'reset-factor', 'root@example.com', '--reason', 'Lost the phone.'];
    expect(await cli.vcauth.json(words)).toMatchObject({ id: root, removed: { app: true, passkeys: [] } });
    const again = await cli.vcauth(words);
    expect(again.stdout).toMatch(/removed +nothing: it had no second step/);
    const left = `SELECT (SELECT count(*) FROM account_totp) + (SELECT count(*) FROM account_recovery_codes)
      + (SELECT count(*) FROM sessions WHERE uid = 'lost') AS n`;
    expect((await pgPool.query(left)).rows).toEqual([{ n: '0' }]);
    const { rows } = await pgPool.query(
      'SELECT actor, action, details FROM audit_events WHERE target = $1 ORDER BY seq',
      [`account:${root}`],
    );
    expect(rows.at(-2)).toEqual({
      actor: expect.stringMatching(/^cli:/),
      action: 'account.second_step_reset',
      details: { reason: 'Lost the phone.', removed: true, app: true, passkeys: 0 },
    });
  });

  test('set-password ends what the account had open', async () => {
    await cli.vcauth.json(
      ['accounts', 'set-password', 'root@example.com', '--password-stdin', '--reason', 'Asked for.'],
      'another long password',
    );
    const stored = await storedHash('root@example.com');
    expect(await createPasswords({ maxWaitMs: 600_000 }).verify(stored, 'another long password')).toBe(true);
  });

  test('list reads every page, but no more than --limit', async () => {
    await cli.own.database.pgPool.query(`INSERT INTO accounts (id, email, name)
      SELECT 'acc_' || n, lpad(n::text, 4, '0') || '@crowd.example', 'One of many' FROM generate_series(1, 450) n`);
    const all = await cli.vcauth.json<{ id: string }[]>(['accounts', 'list']);
    expect(all).toHaveLength(452);
    expect(new Set(all.map((account) => account.id)).size).toBe(452);
    expect(await cli.vcauth.json(['accounts', 'list', '--limit', '250'])).toEqual(all.slice(0, 250));
    const { stdout } = await cli.vcauth(['accounts', 'list', '--limit', '3']);
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^ID +EMAIL +NAME +ROLE +TIER +STATUS +CREATED$/);
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row.indexOf('@crowd.example') - 4))).toEqual(new Set([head?.indexOf('EMAIL')]));
  });
});

describe('invitations', () => {
  const open = () => vcauthIn({ DATABASE_URL: cli.own.url, SECRETS: secrets, REGISTRATION: 'invite' });

  test('are refused while REGISTRATION is closed, which it is by default', async () => {
    const { code, stderr } = await cli.vcauth(['accounts', 'invite', '--email', 'guest@example.com']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('This server takes no invitations: set REGISTRATION to invite or open');
  });

  test('are made, listed, sent again and withdrawn', async () => {
    const vcauth = open();
    expect((await vcauth(['accounts', 'invitations'])).stderr).toContain('No invitations yet. Send one');
    const words = ['accounts', 'invite', '--email', 'Guest@Example.com', '--admin', '--language', 'de'];
    expect((await vcauth(words)).stderr).toContain('reason is required');
    const sent = await vcauth.json([...words, '--reason', 'Ticket 4711']);
    expect(sent).toMatchObject({ email: 'guest@example.com', role: 'admin', language: 'de', state: 'waiting' });
    expect(sent.invited_by).toMatch(/^cli:/);
    const list = await vcauth.json<object[]>(['accounts', 'invitations', '--state', 'waiting']);
    expect(list).toEqual([sent]);
    expect((await vcauth(['accounts', 'invitations'])).stdout).toContain('guest@example.com');
    const id = sent.id as string;
    expect(await vcauth.json(['accounts', 'resend-invitation', id])).toMatchObject({ id, state: 'waiting' });
    expect(await vcauth.json(['accounts', 'withdraw-invitation', id])).toMatchObject({ id, state: 'withdrawn' });
    expect((await vcauth(['accounts', 'withdraw-invitation', id])).stderr).toContain('This invitation was withdrawn');
    expect((await vcauth(['accounts', 'invitations', '--state', 'sent'])).stderr).toBe('No invitation matches.\n');
  });
});
