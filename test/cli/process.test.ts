/**
 * vcauth as a process of its own: each command group once, and what only a process has. Each command has tests of its
 * own.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { password, secrets, startCli } from './support.ts';
import { type Vcauth, vcauthProcessIn } from './vcauth.ts';

let own: Awaited<ReturnType<typeof startCli>>['own'];
let vcauth: Vcauth;
beforeAll(async () => {
  ({ own } = await startCli());
  vcauth = vcauthProcessIn({ DATABASE_URL: own.url, SECRETS: secrets });
});
afterAll(() => own.drop());

const create = ['accounts', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--password-stdin'];

test('vcauth reads a password from its stdin', async () => {
  const made = await vcauth([...create, '--json'], `${password}\n`);
  expect({ ...made, stdout: JSON.parse(made.stdout) }).toMatchObject({
    code: 0,
    stdout: { email: 'ada@example.com' },
    stderr: '',
  });
});

describe('exit status 0 and one document', () => {
  test.each<[string, object]>([
    ['accounts show ada@example.com', { name: 'Ada' }],
    ['clients create --client-id notes --name Notes --redirect-uri https://notes.example/cb', { client_id: 'notes' }],
    ['webhooks set notes --url https://notes.example/hooks', { url: 'https://notes.example/hooks' }],
    ['grants list', []],
    ['audit verify', { valid: true, unsealed: 3 }],
    ['keys list', []],
    ['statistics', {}],
    ['migrate', { applied: [] }],
    ['purge', {}],
    [
      'version',
      { version: packageJson.version, node: process.version, migration: expect.stringMatching(/^\d{4}_.*\.sql$/) },
    ],
    ['config-docs', { markdown: expect.stringContaining('DATABASE_URL') }],
  ])('vcauth %s', async (words, document) => {
    expect(await vcauth.json(words.split(' '))).toMatchObject(document);
  });
});

test.each([
  ['--version', 0],
  ['clients lsit', 2],
  ['accounts create --email eve@example.com --name Eve', 2],
  ['clients show nobody', 1],
])('vcauth %s exits with %i', async (words, code) => {
  const ran = await vcauth(words.split(' '));
  expect(ran.code, ran.stderr).toBe(code);
  expect([ran.stdout !== '', ran.stderr !== '']).toEqual([code === 0, code !== 0]);
});
