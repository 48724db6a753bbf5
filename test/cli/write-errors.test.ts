/** A failure to write is reported, and a secret that could not be shown is not made. */
import { type StdioOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatApiKey } from '../../src/policy/api-keys.ts';
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

/** Runs with one stream on a full device, or on a pipe whose reader has gone, and returns what the other stream got. */
async function runInto(where: 'full' | 'closed', words: string[], { typed = '', broken = 1 as 1 | 2 } = {}) {
  const full = where === 'full' ? openSync('/dev/full', 'w') : undefined;
  const env = { ...processEnv(), DATABASE_URL: cli.own.url, SECRETS: secrets };
  const into = full ?? 'pipe';
  const stdio: StdioOptions = ['pipe', broken === 1 ? into : 'pipe', broken === 2 ? into : 'pipe'];
  const child = spawn(process.execPath, ['src/cli.ts', ...words], { cwd: root, env, stdio });
  child.stdin?.on('error', () => {}).end(typed);
  (broken === 1 ? child.stdout : child.stderr)?.destroy();
  let said = '';
  (broken === 1 ? child.stderr : child.stdout)?.on('data', (chunk) => (said += chunk));
  const [code] = await once(child, 'close');
  if (full !== undefined) closeSync(full);
  return { code, said };
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
    const { code, said } = await runInto(where, words);
    expect(said).toMatch(
      /^The output cannot be written \((ENOSPC|EPIPE)\)\. Nothing was changed, and no secret was made\.$/m,
    );
    expect(said).not.toMatch(/shown this once|has ended/);
    expect(code).toBe(1);
    expect(await state()).toEqual(before);
  });
});

describe.skipIf(!existsSync('/dev/full')).each([
  ['full', 1, 'The output cannot be written (ENOSPC). Everything was done.\n'],
  ['closed', 0, '202 found, 1 ended now.\n'],
] as const)('a stream is %s', (where, code, said) => {
  test('every leaked secret ends, also those after what could be shown', async () => {
    const rotate = ['clients', 'rotate-secret', 'known'];
    const { client_secret: secret } = await cli.vcauth.json<{ client_secret: string }>(rotate);
    const unknown = Array.from({ length: 201 }, () => formatApiKey('live', randomBytes(32)));
    const typed = [...unknown, secret].join('\n');
    expect(await runInto(where, ['leaked'], { typed })).toEqual({ code, said });
    expect(await cli.vcauth.json(['clients', 'secrets', 'known'])).toEqual([]);
  });

  test.each([
    ['does its work', ['clients', 'rotate-secret', 'known', '--json'], 0, /^\{\s+"client_id": "known"/],
    ['says by its exit code that it was used wrongly', ['clients', 'none'], 2, /^$/],
  ])('a command whose messages nobody reads %s', async (_what, words, code, printed) => {
    expect(await runInto(where, words, { broken: 2 })).toEqual({ code, said: expect.stringMatching(printed) });
  });
});

test.skipIf(!existsSync('/dev/full')).each([
  ['a list', ['clients', 'list']],
  ['a document', ['clients', 'show', 'known', '--json']],
  ['help', ['--help']],
  ['the version', ['--version']],
  ['a generated page', ['config-docs']],
])('%s that cannot be written is reported', async (_name, words) => {
  const { code, said } = await runInto('full', words);
  expect({ code, said }).toEqual({ code: 1, said: 'The output cannot be written (ENOSPC).\n' });
});

test('a list ends without a word when its reader stops reading, as head does', async () => {
  expect(await runInto('closed', ['clients', 'list'])).toEqual({ code: 0, said: '' });
});
