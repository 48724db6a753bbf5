/** vcauth api-keys, as typed at a terminal. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditOf, rowsOf } from '../support/rows.ts';
import { startCli } from './support.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
beforeAll(async () => {
  cli = await startCli();
  const add = ['accounts', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--password-stdin'];
  await cli.vcauth(add, 'a long enough password');
});
afterAll(() => cli.own.drop());

interface Shown {
  id: string;
  key: string;
  account_id: string;
  last_four: string;
  expires_at: string | null;
  revoked_at: string | null;
}

const create = (...more: string[]) =>
  cli.vcauth.json<Shown>([
    'api-keys',
    'create',
    'ada@example.com',
    '--name',
    'CI',
    '--scope',
    'projects:read',
    ...more,
  ]);

it('commands make, list, show, limit, replace, find and revoke keys', async () => {
  const { vcauth } = cli;
  const made = await create('--network', '203.0.113.7', '--expires', '2030-01-01', '--test');
  expect(made).toMatchObject({
    key: expect.stringMatching(/^vcs_sk_test_\w{49}$/),
    scope: ['projects:read'],
    networks: ['203.0.113.7/32'],
    projects: null,
    expires_at: '2030-01-01T00:00:00.000Z',
  });
  expect(await vcauth.json(['api-keys', 'list', 'ada@example.com'])).toMatchObject([{ id: made.id }]);
  expect((await vcauth(['api-keys', 'list', 'ada@example.com'])).stdout).toContain(`vcs_sk_test_…${made.last_four}`);
  const shown = await vcauth(['api-keys', 'show', made.id]);
  expect(shown.stdout).toMatch(/^networks +203\.0\.113\.7\/32$/m);
  expect(shown.stdout).not.toContain(made.key.slice(12, -4));
  expect(shown.stdout).toMatch(/^calls: read +0$/m);
  await cli.own.database.script(`INSERT INTO api_key_usage (key_id, day, read, changed, generated, other, refused, routes, projects, last_address, last_at)
    SELECT '${made.id}', (now() AT TIME ZONE 'UTC')::date - ago, 3, 0, 0, 0, 2, '{}', '{}', '203.0.113.7', now() FROM unnest(ARRAY[0, 1, 31]) ago`);
  const called = (await vcauth(['api-keys', 'show', made.id])).stdout;
  expect(called).toMatch(
    /^calls: read +6$[\s\S]*^calls: refused +4$[\s\S]*^DAY \(UTC\) +READ[\s\S]*^20\S+ +3 +0 +0 +0 +2 +203\.0\.113\.7$/m,
  );
  expect(await vcauth.json(['api-keys', 'show', made.id])).toMatchObject({ calls: [{ read: 3 }, { refused: 2 }] });
  const limited = ['api-keys', 'update', made.id, '--name', 'Deploys', '--expires', '2029-01-01'];
  expect(await vcauth.json(limited)).toMatchObject({ name: 'Deploys', expires_at: '2029-01-01T00:00:00.000Z' });
  const wider = await vcauth(['api-keys', 'update', made.id, '--scope', 'projects:write']);
  expect(wider).toMatchObject({ code: 1, stderr: 'scope can only be narrowed: make another key\n' });
  const moved = ['api-keys', 'update', made.id, '--any-network'];
  expect(await vcauth(moved)).toMatchObject({ code: 1, stderr: 'reason is required\n' });
  const why = ['--reason', 'The build servers have moved.'];
  expect(await vcauth.json([...moved, ...why])).toMatchObject({ networks: null });
  const tooLong = await vcauth(['api-keys', 'rotate', made.id, '--keep-old-days', '31']);
  expect(tooLong).toMatchObject({ code: 1, stderr: 'An old key may be kept for 0 to 30 days\n' });
  const next = await vcauth.json<Shown>(['api-keys', 'rotate', made.id, '--keep-old-days', '7']);
  expect(next).toMatchObject({ rotated_from: made.id, key: expect.stringMatching(/^vcs_sk_test_/) });
  expect(await vcauth.json(['api-keys', 'find', next.last_four])).toMatchObject([{ id: next.id }]);
  const found = await vcauth(['api-keys', 'find', '--key-stdin', '--json'], `${next.key}\n`);
  expect(JSON.parse(found.stdout)).toMatchObject([{ id: next.id }]);
  const revoke = ['api-keys', 'revoke', next.id, '--reason', 'It was in a public repository.'];
  expect(await vcauth.json(revoke)).toEqual({ id: next.id, revoked: true });
  expect((await vcauth(revoke)).stderr).toBe(`${next.id} has ended\n`);
  const lines = await auditOf(cli.own.database, `account:${made.account_id}`);
  expect(lines.map(({ action }) => action).slice(1)).toEqual([
    'api_key.created',
    'api_key.changed',
    'api_key.changed',
    'api_key.rotated',
    'api_key.revoked',
  ]);
  expect(lines.at(-1)).toMatchObject({ details: { key_id: next.id, reason: 'It was in a public repository.' } });
});

it.each([
  ['a key as an argument, which others can see', ['find', 'vcs_sk_live_abc'], 2, /history/],
  ['nothing to find', ['find'], 2, /four characters/],
  ['both ways to find', ['find', 'abcd', '--key-stdin'], 2, /four characters/],
  ['an unknown key', ['show', 'key_none'], 2, /no key key_none/],
  ['an unknown account', ['list', 'nobody@example.com'], 1, /no account/],
  ['one network and all', ['update', 'key_none', '--network', '203.0.113.7', '--any-network'], 2, /not both/],
  ['no name', ['create', 'ada@example.com', '--scope', 'projects:read'], 2, /--name/],
  ['an unknown scope', ['create', 'ada@example.com', '--name', 'x', '--scope', 'all'], 1, /scope must be some of/],
  [
    'a word instead of a time',
    ['create', 'ada@example.com', '--name', 'x', '--scope', 'projects:read', '--expires', 'soon'],
    2,
    /--expires/,
  ],
  ['a revocation without a reason', ['revoke', 'key_none'], 2, /--reason/],
])('%s is refused', async (_what, words, code, said) => {
  const before = await rowsOf(cli.own.database, 'SELECT count(*) FROM api_keys');
  const answer = await cli.vcauth(['api-keys', ...words]);
  expect([answer.code, answer.stderr]).toEqual([code, expect.stringMatching(said)]);
  expect(await rowsOf(cli.own.database, 'SELECT count(*) FROM api_keys')).toEqual(before);
});
