/** Words are parsed into an argument and options. */
import { expect, it } from 'vitest';
import { type Command, command } from '../../src/cli/command.ts';
import { grants } from '../../src/cli/grants.ts';
import { parseCommand } from '../../src/cli/parse.ts';

const revoke = (grants as Record<string, Command>).revoke as Command;
const withoutArgument = command({ summary: '', options: {}, examples: [], run: async () => {} });

// Ids are random, and one in 64 begins with a dash.
it.each(['-3N1hYx0Qm2_kV7pZr-w5A', '--N1hYx0Qm2_kV7pZr-w5A', '-reasonYx0Qm2_kV7pZr-w'])(
  'the id %s is an id, before the options, between them and after them',
  (id) => {
    for (const words of [
      [id, '--reason', 'Tried', '--json'],
      ['--reason', 'Tried', id, '--json'],
      ['--json', '--reason=Tried', id],
      ['--json', '--reason', 'Tried', '--', id],
    ]) {
      const { argument, values } = parseCommand(revoke, words);
      expect([argument, values.reason, values.json]).toEqual([id, 'Tried', true]);
    }
  },
);

it.each([
  ['-r', /no option -r/],
  ['-json', /no option -j/],
  ['--resaon=Tried', /no option --resaon\. Did you mean --reason\?/],
])('%s is not taken for an id', (word, says) => {
  expect(() => parseCommand(revoke, [word])).toThrow(says);
});

it('a command without an argument refuses words that begin with a dash', () => {
  expect(() => parseCommand(withoutArgument, ['-3N1hYx0Qm2_kV7pZr-w5A'])).toThrow(/no option/);
});

it('the value of an option is not taken for an id', () => {
  expect(() => parseCommand(revoke, ['--reason', '-3N1hYx0Qm2_kV7pZr-w5A'])).toThrow(/--reason/);
});
