/** The name of the user at a terminal, whatever the operating system calls them. */
import { hostname, userInfo } from 'node:os';
import { expect, it } from 'vitest';
import { systemUser, terminalActor } from '../../src/cli/terminal-actor.ts';

const host = hostname()
  .slice(0, 64)
  .replace(/[^\w.-]/g, '_');

it.each([
  ['ada', 'ada'],
  ['ada.lovelace-2', 'ada.lovelace-2'],
  ['EXAMPLE\\Ada Lovelace', 'EXAMPLE_Ada_Lovelace'],
  ['ada@elsewhere', 'ada_elsewhere'],
  ['a\u202eb', 'a_b'],
  ['', 'unknown'],
  ['x'.repeat(200), 'x'.repeat(64)],
])('%j is %s', (user, word) => {
  expect(terminalActor(user)).toEqual({ id: `cli:${word}@${host}` });
});

it('the actor is the user of the operating system, or a number if that user has no name', () => {
  expect(terminalActor().id).toBe(`cli:${userInfo().username}@${host}`);
  const nameless = () => {
    throw new Error('no such user');
  };
  expect(systemUser(nameless)).toBe(`uid-${process.getuid?.()}`);
});
