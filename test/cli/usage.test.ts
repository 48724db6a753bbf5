/** Everything that needs no database: help, wrong usage, configuration. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { vcauthIn } from './vcauth.ts';

const vcauth = vcauthIn({});

const verbs = {
  accounts: ['create', 'list', 'show', 'suspend', 'restore', 'set-password'],
  clients: ['create', 'list', 'show', 'update', 'rotate-secret', 'disable', 'enable', 'delete'],
  grants: ['list', 'revoke'],
  keys: ['list', 'rotate'],
};
const commands = ['leaked', 'migrate', 'purge', 'doctor', 'try', 'version', 'config-docs'];

describe('help', () => {
  test('of vcauth names every group', async () => {
    const { code, stdout, stderr } = await vcauth(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const group of [...Object.keys(verbs), ...commands]) expect(stdout).toMatch(new RegExp(`^  ${group} `, 'm'));
    expect(await vcauth(['help'])).toMatchObject({ code: 0, stdout });
  });

  test.concurrent.each(Object.entries(verbs))('of %s names every verb', async (group, known) => {
    const { code, stdout } = await vcauth([group, '--help']);
    expect(code).toBe(0);
    for (const verb of known) expect(stdout).toMatch(new RegExp(`^  ${verb}[ <]`, 'm'));
    expect(stdout).toContain('Examples:');
  });

  const each = [
    ...Object.entries(verbs).flatMap(([group, known]) => known.map((verb) => [group, verb])),
    ...commands.map((one) => [one]),
  ];
  test.concurrent.each(each.map((words) => [words.join(' '), words] as const))('of %s', async (name, words) => {
    const { code, stdout } = await vcauth([...words, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: vcauth ${name}`);
    expect(stdout).toContain('--json');
    expect(stdout).toContain(`Examples:\n  vcauth ${name}`);
  });

  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await vcauth(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('wrong usage: exit status 2, nothing on stdout, the problem and the right usage on stderr', () => {
  const cases: [words: string[], says: string[]][] = [
    [[], ['a command is missing', 'Usage: vcauth <group> <verb>']],
    [
      ['cleints', 'list'],
      ['no command “cleints”', 'Did you mean clients?', 'Usage: vcauth <group> <verb>'],
    ],
    [['constructor'], ['no command “constructor”']],
    [['clients'], ['a verb of clients is missing', 'Usage: vcauth clients <verb>']],
    [
      ['clients', 'lsit'],
      ['no verb of clients “lsit”', 'Did you mean list?', 'Usage: vcauth clients <verb>'],
    ],
    [['clients', 'valueOf'], ['no verb of clients “valueOf”']],
    [
      ['clients', 'list', '--limt', '3'],
      ['no option --limt', 'Did you mean --limit?', 'Usage: vcauth clients list'],
    ],
    [['clients', 'list', '--limit', 'many'], ['--limit must be a whole number, not “many”']],
    [['clients', 'list', 'x'], ['“x” is one word too many']],
    [
      ['clients', 'show'],
      ['client_id is missing', 'Usage: vcauth clients show <client_id>'],
    ],
    [['clients', 'show', 'a', 'b'], ['“b” is one word too many']],
    [
      ['clients', 'create'],
      ['--name is missing', 'Usage: vcauth clients create --name NAME'],
    ],
    [
      ['clients', 'create', '--name'],
      ['--name', 'forget'],
    ],
    [['clients', 'create', '--name', 'A', '--name', 'B'], ['--name is given 2 times']],
    [
      ['clients', 'create', '--name', 'A', '--type', 'nativ'],
      ['one of web, spa, native, service', 'mean native?'],
    ],
    [['clients', 'update', 'a'], ['Nothing to change was named']],
    [['clients', 'update', 'a', '--verified', '--unverified'], ['--verified and --unverified contradict']],
    [['accounts', 'create', '--email', 'a@b.example', '--name', 'A'], ['--password-stdin']],
    [['accounts', 'create', '--email', 'a@b.example', '--name', 'A', '--password', 'x'], ['no option --password.']],
    [['grants', 'revoke', '--reason', 'Asked for.'], ['either one id, or both --account and --client']],
    [
      ['grants', 'revoke', '--account', 'a', '--reason', 'Asked for.'],
      ['either one id, or both --account and --client'],
    ],
    [
      ['grants', 'revoke', 'a', '--client', 'c', '--reason', 'Asked for.'],
      ['either one id, or both --account and --client'],
    ],
  ];
  test.concurrent.each(cases.map(([words, says]) => [words.join(' ') || '(nothing)', words, says] as const))(
    '%s',
    async (_name, words, says) => {
      const { code, stdout, stderr } = await vcauth([...words, ...(words.length > 1 ? ['--json'] : [])]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      for (const saying of says) expect(stderr).toContain(saying);
      expect(stderr).toContain('Usage: vcauth');
      expect(stderr).not.toContain('    at ');
    },
  );
});

describe('a wrong environment: exit status 1 and every problem by name', () => {
  test.concurrent.each(['clients list', 'keys rotate', 'migrate', 'try'])('%s', async (words) => {
    const broken = vcauthIn({ DATABASE_URL: 'mysql://x', SECRETS: 'short', DATA_DIR: '/dev/null/never' });
    const { code, stdout, stderr } = await broken(words.split(' '));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('DATABASE_URL must be');
    expect(stderr).toContain('SECRETS must be');
  });

  test('a database that cannot be reached is named', async () => {
    const nobody = vcauthIn({ DATABASE_URL: 'postgresql://u:hush@127.0.0.1:1/d', SECRETS: 'x'.repeat(32) });
    const { code, stdout, stderr } = await nobody(['clients', 'list', '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('127.0.0.1:1');
    expect(stderr).not.toContain('hush');
    expect(stderr).not.toContain('    at ');
  });
});

describe('config-docs', () => {
  test('config-docs prints what docs/configuration.md holds', async () => {
    const file = await readFile('docs/configuration.md', 'utf8');
    expect(await vcauth(['config-docs'])).toEqual({ code: 0, stdout: file, stderr: '' });
    expect(await vcauth.json(['config-docs'])).toEqual({ markdown: file });
  });
});
