/** Which new passwords are refused as easy to guess (NIST SP 800-63B §5.1.1.2), and which are not. */
import { describe, expect, test } from 'vitest';
import { newPasswordProblem } from '../../src/operations/new-password.ts';

const ada = { email: 'ada.lovelace@engine-works.example', name: 'Ada Lovelace' };

const refused: [kind: RegExp, passwords: string[]][] = [
  [
    /^must not be a common password/,
    [
      ...[
        'password1234',
        'Password2024!',
        'qwerty123456',
        'iloveyou!!!!!!',
        'P@ssw0rd123456',
        'l3tm31n12345',
        '1234dragon1234',
      ],
      ...[
        'unbelievable',
        'Unbelievable',
        'UNBELIEVABLE!',
        'passwordpassword',
        'p-a-s-s-w-o-r-d',
        'pass word 2024',
        '2024-sunshine',
      ],
      ...[
        'ｐａｓｓｗｏｒｄ１２３４',
        'football1234567890',
        'dr@g0n!!2024',
        'baseball!!2024!!',
        '1qaz2wsx3edc4rfv',
        'ghbdtnrfrltkf',
      ],
    ],
  ],
  [
    /^must not be a row of keys/,
    [
      ...[
        'aaaaaaaaaaaa',
        '121212121212',
        'abcabcabcabcabc',
        'abcdefghijkl',
        'zyxwvutsrqpo',
        'qwertyuiopas',
        'asdfghjklasdf!',
      ],
      ...['111111222222', '123456abcdef', '098765432109', 'xyz1xyz1xyz1xyz', 'aaaaaaaaaaaab1', '            '],
    ],
  ],
  [
    /^must not be made from the name/,
    [
      ...[
        'ada.lovelace@engine-works.example',
        'AdaLovelace!',
        'lovelace1815',
        'Lovelace-2024!',
        'Ada Lovelace 1',
        'l0vel4ce-1815',
      ],
      ...[
        'engine-works1',
        'vibecaas2024',
        'VibeCaaS-VibeCaaS',
        'vibe.caas.2024',
        'vibecaas-password',
        'lovelace-dragon1',
        '1815ecalevol',
      ],
    ],
  ],
];

describe('a password is refused', () => {
  const rows = refused.flatMap(([kind, passwords]) => passwords.map((password) => [password, kind] as const));
  test.each(rows)('%s', async (password, kind) => {
    expect(await newPasswordProblem(password, ada)).toMatch(kind);
  });
});

test.each([
  'correct horse battery staple',
  'demo-password-change-me',
  'a long enough password',
  'kitchen-monday-giraffe',
  'Lovelace drinks green tea',
  'vibecaas keeps my projects',
  'tr0ub4dor&3xyz9',
  'passwordless-auth-at-noon',
  'michael-83920174836592',
  'zK4#mQ9!pL2x',
  '839201748365',
  'пароль из четырёх слов',
  '正しい馬の電池のホッチキスです',
])('a password is accepted: %s', async (password) => {
  expect(await newPasswordProblem(password, ada)).toBeUndefined();
});

test('short names are not searched for, because too many words contain them', async () => {
  expect(await newPasswordProblem('my canada goose flies', { email: 'ada@x.example', name: 'Ada' })).toBeUndefined();
});

test('length is reported first', async () => {
  expect(await newPasswordProblem('password', ada)).toBe('must have at least 12 characters');
  expect(await newPasswordProblem('x\0'.repeat(12), ada)).toMatch(/NUL/);
});

test('the longest password takes little time to check', async () => {
  await newPasswordProblem('load the list first', ada);
  const started = process.cpuUsage();
  for (const piece of ['a', 'ab', 'lovelace', 'password', '1', 'lo']) {
    await newPasswordProblem(piece.repeat(256).slice(0, 256), ada);
  }
  const { user, system } = process.cpuUsage(started);
  expect(user + system).toBeLessThan(500_000);
});
