/** What is asked of the person or script behind stdin: passwords and confirmations. Questions go to stderr. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AppError } from '../errors.ts';
import { UsageError } from './usage-error.ts';

/**
 * A new password: from stdin when `fromStdin`, else asked for twice, unseen.
 * @throws UsageError when there is nobody to ask
 */
export async function readPassword(fromStdin: boolean | undefined): Promise<string> {
  if (fromStdin) return readAll();
  if (!isTerminal()) throw new UsageError('Give the password on stdin, with --password-stdin.');
  const password = await ask('Password: ', { hidden: true });
  if (password === (await ask('Again: ', { hidden: true }))) return password;
  throw new AppError('invalid', 'These were two different passwords. Nothing was changed.');
}

/** Whoever does this without --yes types `id`. Scripts cannot: for them `consequence` is said, and how to go on. */
export async function confirmByTyping(id: string, consequence: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!isTerminal()) throw new UsageError(`${consequence} Say that you mean it with --yes.`);
  const typed = await ask(`${consequence}\nType ${id} to go on: `);
  if (typed.trim() !== id) throw new AppError('invalid', 'That is something else. Nothing was changed.');
}

/** The option that goes with confirmByTyping. */
export const yesOption = { yes: { type: 'flag', doc: 'do it without asking' } } as const;

function isTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Without the line end that `echo` adds. */
async function readAll(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk;
  return text.replace(/\r?\n$/, '');
}

async function ask(question: string, { hidden = false } = {}): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({
    input: process.stdin,
    output: hidden ? nowhere : process.stderr,
    terminal: true,
  });
  reader.once('SIGINT', () => {
    process.stderr.write('\n');
    process.exit(130);
  });
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.once('line', resolve);
      reader.once('close', () => reject(new AppError('invalid', 'No answer. Nothing was changed.')));
    });
  } finally {
    reader.close();
    if (hidden) process.stderr.write('\n');
  }
}
