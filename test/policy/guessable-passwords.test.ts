/** Which new passwords are refused as easy to guess (NIST SP 800-63B §5.1.1.2), and which are not. */
import { describe, expect, test } from 'vitest';
import { newPasswordProblem } from '../../src/operations/new-password.ts';
import type { PasswordReason } from '../../src/policy/passwords.ts';

const ada = { email: 'ada.lovelace@engine-works.example', name: 'Ada Lovelace' };

const refused: [reason: PasswordReason, passwords: string[]][] = [
  [
    'common',
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
    'keys',
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
    'about_you',
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

/** Short combinations that no list has: the estimator finds them. */
const estimated: [reason: PasswordReason, passwords: string[]][] = [
  ['common', ['monkey12', 'Dragon99!', 'iloveyou2', 'M0nkey!!', 'summer2024', '12345678', 'zxcvbnm,./']],
  ['keys', ['mnbvgfdsrt', 'poiulkjhmnb', 'aB3aB3aB3', 'abcd4321', 'qwerasdf12345xyz']],
  ['about_you', ['lovelace', 'ada.lovelace', 'LoveLace42', 'vibecaas!', 'Works-Engine']],
  ['date', ['23/11/1987', '1983-06-14', '06141983']],
  ['word', ['sandpaper', 'Sandpaper1', 'unsaddle!', '4nt1d0te']],
];

describe('a password is refused', () => {
  const rows = [...refused, ...estimated].flatMap(([reason, passwords]) =>
    passwords.map((password) => [password, reason] as const),
  );
  test.each(rows)('%s: %s', async (password, reason) => {
    expect(await newPasswordProblem(password, ada)).toBe(reason);
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
  'zK4#mQ9!',
  'vhtqzkwm',
  '58302947165',
  'giraffe monday',
  '839201748365',
  'пароль из четырёх слов',
  '正しい馬の電池のホッチキスです',
])('a password is accepted: %s', async (password) => {
  expect(await newPasswordProblem(password, ada)).toBeUndefined();
});

test.each([
  ['common', 'contraseña1234'],
  ['common', 'pâsswörd1234'],
  ['common', 'q\u0301werty123456'],
  ['common', 'Fußball12345'],
  ['about_you', 'munozgarcia1!'],
  ['about_you', 'Muñoz-García!'],
])('marks of letters make no password better: %s, %s', async (reason, password) => {
  expect(await newPasswordProblem(password, { email: 'jm@x.example', name: 'José Muñoz García' })).toBe(reason);
});

test('short names are not searched for, because too many words contain them', async () => {
  expect(await newPasswordProblem('my canada goose flies', { email: 'ada@x.example', name: 'Ada' })).toBeUndefined();
});

test('length is reported first', async () => {
  expect(await newPasswordProblem('password', ada)).toBe('common');
  expect(await newPasswordProblem('pass', ada)).toBe('too_short');
  expect(await newPasswordProblem('password '.repeat(15), ada)).toBe('too_long');
  expect(await newPasswordProblem('x\0'.repeat(12), ada)).toBe('unusable');
});

test('a long password may begin with something easy to guess', async () => {
  const random = 'zK4#mQ9!pL2xW8$vN3@cR7';
  expect(await newPasswordProblem(`${'qwertyuiop'.repeat(6)}${random}`, ada)).toBeUndefined();
  expect(await newPasswordProblem('qwertyuiop'.repeat(6), ada)).toBe('common');
});

test('the longest password takes little time to check, whatever is in it', async () => {
  await newPasswordProblem('load the list first', ada);
  const started = process.cpuUsage();
  const pieces = ['a', 'ab', 'lovelace', 'password', '1', 'lo', '4@301$57!|', 'l0v3l4c3!', '14.06.1983 ', 'ﷺ', '電池'];
  for (const piece of pieces) await newPasswordProblem(piece.repeat(128).slice(0, 128), ada);
  const { user, system } = process.cpuUsage(started);
  expect(user + system).toBeLessThan(500_000);
});

test('text of any script is judged without a failure', async () => {
  const characters = [...'İıſßẞﬁﷺ电池🐎é\u0300a1!@4 \t', '\ud800'];
  for (let n = 0; n < 300; n += 1) {
    const password = Array.from(
      { length: 8 + (n % 100) },
      (_, i) => characters[(i * i * 7 + n * i) % characters.length],
    );
    await newPasswordProblem(password.join(''), { email: 'i@example.com', name: password.slice(0, 9).join('') });
  }
});
