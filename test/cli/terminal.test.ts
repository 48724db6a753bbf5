/** What the terminal of vcauth tells a person who types. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createTerminal } from '../../src/cli/terminal.ts';

function terminalOf(isTTY: boolean) {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const [stdin, , stderr] = Object.values(streams).map((stream) => Object.assign(stream, { isTTY }));
  const exit = (): never => {
    throw new Error('exit');
  };
  stdin?.end('a long enough password\n');
  return { terminal: createTerminal({ ...streams, exit }), says: () => String(stderr?.read() ?? '') };
}

test('A person who gives --password-stdin learns that the password is shown, and how to end it', async () => {
  const { terminal, says } = terminalOf(true);
  expect(await terminal.readPassword(true)).toBe('a long enough password');
  expect(says()).toMatch(/terminal shows.*Ctrl-D.*without --password-stdin/);
});

test('A script that gives --password-stdin is told nothing', async () => {
  const { terminal, says } = terminalOf(false);
  expect(await terminal.readPassword(true)).toBe('a long enough password');
  expect(says()).toBe('');
});
