/** vcauth leaked, as typed at a terminal. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditOf, rowsOf } from '../support/rows.ts';
import { startCli } from './support.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
let ada: string;
beforeAll(async () => {
  cli = await startCli();
  const add = ['accounts', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--password-stdin'];
  ada = (await cli.vcauth.json<{ id: string }>(add, 'a long enough password')).id;
});
afterAll(() => cli.own.drop());

const makeKey = async () => {
  const words = ['api-keys', 'create', 'ada@example.com', '--name', 'CI', '--scope', 'projects:read'];
  return cli.vcauth.json<{ id: string; key: string }>(words);
};
let apps = 0;
const makeApp = async () => {
  const id = `app-${++apps}`;
  const words = ['clients', 'create', '--client-id', id, '--name', `App ${apps}`, '--type', 'service'];
  return { id, secret: (await cli.vcauth.json<{ client_secret: string }>(words)).client_secret };
};
const place = 'https://github.com/octo/repo/blob/main/.env';

it('secrets in a text end, and are listed without being shown', async () => {
  const [key, app] = [await makeKey(), await makeApp()];
  const text = `KEY=${key.key}\n${'a line of no interest\n'.repeat(10_000)}SECRET=${app.secret} again ${key.key}\n`;
  const tried = await cli.vcauth(['leaked', '--dry-run'], text);
  expect(tried).toMatchObject({ code: 0, stderr: '2 found, 0 ended now.\n' });
  expect(tried.stdout).toMatch(new RegExp(`^api_key +vcs_sk_live_…${key.key.slice(-4)} +works +${ada} +CI$`, 'm'));
  expect(tried.stdout).toMatch(/^client_secret .* works +app-1 +App 1 +the last secret of this app$/m);
  expect(tried.stdout).not.toContain(key.key.slice(12, -4));
  const ended = await cli.vcauth.json(['leaked', '--found-at', place], text);
  expect(ended).toEqual([
    {
      kind: 'api_key',
      outcome: 'revoked',
      looks_like: `vcs_sk_live_…${key.key.slice(-4)}`,
      ...{ id: key.id, account_id: ada, client_id: null, name: 'CI', is_last: false },
    },
    {
      kind: 'client_secret',
      outcome: 'revoked',
      looks_like: `vcs_cs_…${app.secret.slice(-4)}`,
      ...{ id: expect.any(String), account_id: null, client_id: app.id, name: 'App 1', is_last: true },
    },
  ]);
  expect((await auditOf(cli.own.database, `account:${ada}`)).at(-1)).toMatchObject({
    actor: expect.stringMatching(/^cli/),
    action: 'api_key.leaked',
    details: { key_id: key.id, found_at: [place] },
  });
  expect(
    await rowsOf(cli.own.database, `SELECT FROM mails WHERE kind = 'secrets_leaked' AND account_id = '${ada}'`),
  ).toHaveLength(1);
  const again = await cli.vcauth(['leaked'], text);
  expect(again).toMatchObject({ code: 0, stderr: '2 found, 0 ended now.\n' });
  expect(again.stdout).toMatch(/^api_key .* ended /m);
});

it('more secrets than fit into one transaction all end', async () => {
  const { key } = await makeKey();
  // Copies of the row, with hashes of other keys.
  const { formatApiKey } = await import('../../src/policy/api-keys.ts');
  const { randomBytes, createHash } = await import('node:crypto');
  const others = Array.from({ length: 250 }, () => formatApiKey('live', randomBytes(32)));
  await cli.own.database.pgPool.query(
    `INSERT INTO api_keys (id, account_id, key_hash, environment, last_four, name, scope)
      SELECT 'key_' || n, $1, h, 'live', 'xxxx', 'Copy', '{projects:read}' FROM unnest($2::bytea[]) WITH ORDINALITY AS c(h, n)`,
    [ada, others.map((one) => createHash('sha256').update(one).digest())],
  );
  const ran = await cli.vcauth(['leaked'], [key, ...others].join(' '));
  expect(ran).toMatchObject({ code: 0, stderr: '251 found, 251 ended now.\n' });
});

it.each([
  ['no secret', [], 'nothing of interest vcs_sk_live_ vcs_cs_', 0, 'The text has no secret of this server.'],
  ['nothing at all', [], '', 0, 'The text has no secret of this server.'],
  ['an unknown option', ['--dry'], '', 2, 'There is no option --dry'],
])('a text with %s', async (_name, words, text, code, says) => {
  const ran = await cli.vcauth(['leaked', ...words], text);
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([code, '', expect.stringContaining(says)]);
});
