/** Asks the person or script at stdin for passwords and confirmations. Questions go to stderr. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AppError } from '../errors.ts';
import { UsageError } from './usage-error.ts';

/** The streams that a command reads and writes, and how it exits when the person interrupts it. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  exit(code: number): never;
}

export interface Terminal {
  /** Whether a person reads the output. */
  readonly isRead: boolean;
  /**
   * A new password: from stdin if `fromStdin`, otherwise asked for twice, without showing it.
   * @throws UsageError if there is nobody to ask
   */
  readPassword(fromStdin: boolean | undefined): Promise<string>;
  /** Yields stdin as text, without a limit of size. A person is told how to end it. */
  readText(): AsyncIterable<string>;
  /**
   * Asks the person to type `id`, unless `yes` was given. A script cannot type: it gets the `consequence` and how to
   * confirm it.
   */
  confirmByTyping(id: string, consequence: string, yes: boolean | undefined): Promise<void>;
}

/** The option that goes with confirmByTyping. */
export const yesOption = { yes: { type: 'flag', doc: 'do it without asking' } } as const;

const shownPassword =
  'Type the password, which the terminal shows, and press Ctrl-D on a line of its own. You are asked unseen without --password-stdin.\n';

export function createTerminal(streams: Streams): Terminal {
  const canAsk = () => streams.stdin.isTTY === true && streams.stderr.isTTY === true;
  return {
    isRead: streams.stdout.isTTY === true,
    async readPassword(fromStdin) {
      if (fromStdin && canAsk()) streams.stderr.write(shownPassword);
      if (fromStdin) return readAll(streams.stdin);
      if (!canAsk()) throw new UsageError('Give the password on stdin, with --password-stdin.');
      const password = await ask(streams, 'Password: ', { hidden: true });
      if (password === (await ask(streams, 'Again: ', { hidden: true }))) return password;
      throw new AppError('invalid', 'The passwords differ. Nothing was changed.');
    },
    async *readText() {
      if (canAsk()) streams.stderr.write('Paste the text, and press Ctrl-D on a line of its own.\n');
      streams.stdin.setEncoding('utf8');
      for await (const chunk of streams.stdin) yield String(chunk);
    },
    async confirmByTyping(id, consequence, yes) {
      if (yes) return;
      if (!canAsk()) throw new UsageError(`${consequence} Confirm it with --yes.`);
      const typed = await ask(streams, `${consequence}\nType ${id} to go on: `);
      if (typed.trim() !== id) throw new AppError('invalid', 'That does not match. Nothing was changed.');
    },
  };
}

/** Removes the line end that `echo` adds. */
async function readAll(stdin: Streams['stdin']): Promise<string> {
  let text = '';
  stdin.setEncoding('utf8');
  for await (const chunk of stdin) text += chunk;
  return text.replace(/\r?\n$/, '');
}

async function ask(streams: Streams, question: string, { hidden = false } = {}): Promise<string> {
  const { stdin, stderr } = streams;
  stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output: hidden ? nowhere : stderr, terminal: true });
  reader.once('SIGINT', () => {
    stderr.write('\n');
    streams.exit(130);
  });
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.once('line', resolve);
      reader.once('close', () => reject(new AppError('invalid', 'No answer. Nothing was changed.')));
    });
  } finally {
    reader.close();
    if (hidden) stderr.write('\n');
  }
}
