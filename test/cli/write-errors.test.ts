/** A failure to write is reported, and a secret that could not be shown is not made. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processEnv } from '../support/process-env.ts';
import { rowsOf } from '../support/rows.ts';
import { secrets, startCli } from './support.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let cli: Awaited<ReturnType<typeof startCli>>;
beforeAll(async () => {
  cli = await startCli();
  await cli.vcauth.json(['clients', 'create', '--name', 'Known', '--client-id', 'known', '--type', 'service']);
  const web = ['--redirect-uri', 'https://app.example/cb', '--homepage', 'https://app.example'];
  await cli.vcauth.json([
    'clients',
    'create',
    '--name',
    'Open',
    '--client-id',
    'open',
    '--auth-method',
    'none',
    ...web,
  ]);
  await cli.vcauth.json(['clients', 'create', '--name', 'Told', '--client-id', 'told', ...web]);
  await cli.vcauth.json(['webhooks', 'set', 'told', '--url', 'https://app.example/hooks']);
});
afterAll(() => cli.own.drop());

/** Runs with stdout on a full device, or on a pipe whose reader has gone. */
async function runInto(where: 'full' | 'closed', words: string[]) {
  const full = where === 'full' ? openSync('/dev/full', 'w') : undefined;
  const env = { ...processEnv(), DATABASE_URL: cli.own.url, SECRETS: secrets };
  const child = spawn(process.execPath, ['src/cli.ts', ...words], {
    cwd: root,
    env,
    stdio: ['ignore', full ?? 'pipe', 'pipe'],
  });
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  const [code] = await once(child, 'close');
  if (full !== undefined) closeSync(full);
  return { code, stderr };
}

const state = () =>
  rowsOf(
    cli.own.database,
    `SELECT (SELECT json_agg(s ORDER BY id) FROM client_secrets s)::text AS secrets,
      (SELECT json_agg(w ORDER BY id) FROM webhook_secrets w)::text AS webhook_secrets,
      (SELECT json_agg(c.client_id || c.token_endpoint_auth_method ORDER BY client_id) FROM clients c)::text AS clients,
      (SELECT count(*) FROM webhooks) AS webhooks, (SELECT count(*) FROM audit_events) AS events`,
  );

describe.each(['full', 'closed'] as const)('stdout is %s', (where) => {
  if (where === 'full' && !existsSync('/dev/full')) return;

  test.each([
    ['clients create', ['clients', 'create', '--name', 'New', '--type', 'service']],
    ['clients create --gateway', ['clients', 'create', '--name', 'Gate', '--type', 'service', '--gateway', '--json']],
    ['clients update, which gives one', ['clients', 'update', 'open', '--auth-method', 'client_secret_basic']],
    ['clients rotate-secret', ['clients', 'rotate-secret', 'known']],
    ['webhooks set', ['webhooks', 'set', 'open', '--url', 'https://app.example/hooks']],
    ['webhooks rotate-secret', ['webhooks', 'rotate-secret', 'told', '--json']],
  ])('%s makes no secret that it cannot show', async (_name, words) => {
    const before = await state();
    const { code, stderr } = await runInto(where, words);
    expect(stderr).toMatch(
      /^The output cannot be written \((ENOSPC|EPIPE)\)\. Nothing was changed, and no secret was made\.$/m,
    );
    expect(stderr).not.toMatch(/shown this once|has ended/);
    expect(code).toBe(1);
    expect(await state()).toEqual(before);
  });
});

test.skipIf(!existsSync('/dev/full')).each([
  ['a list', ['clients', 'list']],
  ['a document', ['clients', 'show', 'known', '--json']],
  ['help', ['--help']],
  ['the version', ['--version']],
  ['a generated page', ['config-docs']],
])('%s that cannot be written is reported', async (_name, words) => {
  const { code, stderr } = await runInto('full', words);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'The output cannot be written (ENOSPC).\n' });
});

test('a list ends without a word when its reader stops reading, as head does', async () => {
  expect(await runInto('closed', ['clients', 'list'])).toEqual({ code: 0, stderr: '' });
});
