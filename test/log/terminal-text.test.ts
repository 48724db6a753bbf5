/** What strangers send is shown on terminals, and moves no cursor there. */
import { expect, it } from 'vitest';
import { createOutput } from '../../src/cli/output.ts';
import { forTerminal, jsonForTerminal, linesForTerminal } from '../../src/log/terminal-text.ts';

const evil = 'a\u001b[2J\u009b31m\u202eb\u2066c\u0007\u007fd';

it('Texts have neither control characters nor changes of direction', () => {
  expect(forTerminal(`${evil}\n`)).toBe('a\ufffd[2J\ufffd31m\ufffdb\ufffdc\ufffd\ufffdd\ufffd');
  expect(linesForTerminal(`${evil}\n`)).toBe('a\ufffd[2J\ufffd31m\ufffdb\ufffdc\ufffd\ufffdd\n');
  expect(forTerminal('Zoë 葛城 👩‍💻')).toBe('Zoë 葛城 👩‍💻');
});

it('JSON has the same value, and escapes them', () => {
  const value = { [evil]: [evil] };
  const text = jsonForTerminal(value, 2);
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(JSON.parse(text)).toEqual(value);
});

it.each([true, false])('The output of commands has none of them (JSON: %s)', async (json) => {
  let text = '';
  const stdout = {
    write: (more: string) => {
      text += more;
    },
    guard: () => expect.unreachable('nothing is shown once'),
    insist: () => expect.unreachable('nothing is changed'),
  };
  const out = createOutput({ json, stdout, stderr: () => {} });
  out.item({ name: evil }, [['name', evil]]);
  async function* pages() {
    yield [evil];
  }
  await out.list(pages(), { document: (name) => ({ name }), columns: { name: (name) => name }, empty: '' });
  expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
});
