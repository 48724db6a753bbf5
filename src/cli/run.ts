/** Runs one command: parse → one module of cli/. Exit code 0 on success, 2 on wrong usage, 1 otherwise. */
import packageJson from '../../package.json' with { type: 'json' };
import { ConfigError } from '../config/problems.ts';
import { AppError } from '../errors.ts';
import { isUnavailable } from '../store/unavailable.ts';
import { type Command, type Family, isCommand } from './command.ts';
import { nouns } from './groups.ts';
import { commandHelp, familyHelp, programHelp, usage } from './help.ts';
import { didYouMean } from './nearest.ts';
import { createOutput } from './output.ts';
import { parseCommand } from './parse.ts';
import { openStdout, type Stdout } from './stdout.ts';
import { createTerminal, type Streams } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** What a command has of its process. */
export interface Surroundings extends Streams {
  readonly env: NodeJS.ProcessEnv;
}

interface Here {
  readonly surroundings: Surroundings;
  readonly out: Stdout;
  readonly say: (text: string) => void;
}

/** Runs what was typed after `vcauth`, and gives the exit code. */
export async function runCli(typed: readonly string[], surroundings: Surroundings): Promise<number> {
  const say = (text: string) => void surroundings.stderr.write(text);
  const out = openStdout(surroundings.stdout, (problem) => {
    if (problem !== undefined) say(`${problem}\n`);
    return surroundings.exit(problem === undefined ? 0 : 1);
  });
  const here = { surroundings, out, say };
  const words = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
  const [name = '', ...rest] = words;
  if (name === '--version') return show(here, packageJson.version);
  const noun = Object.hasOwn(nouns, name) ? nouns[name] : undefined;
  const contents = programHelp(Object.entries(nouns).map(([known, { summary }]) => [known, summary]));
  if (!noun && wantsHelp(words)) return show(here, contents);
  if (!noun) return refuse(here, noSuch('noun', name, Object.keys(nouns)), contents);
  const family = await noun.load();
  if (isCommand(family)) return run(here, name, family, rest);
  return verb(here, name, noun.summary, family, rest);
}

function verb(
  here: Here,
  noun: string,
  summary: string,
  family: Family,
  words: readonly string[],
): Promise<number> | number {
  const [name = '', ...rest] = words;
  const command = Object.hasOwn(family, name) ? (family as Record<string, Command>)[name] : undefined;
  const contents = familyHelp(noun, summary, family);
  if (command) return run(here, `${noun} ${name}`, command, rest);
  if (wantsHelp(words)) return show(here, contents);
  return refuse(here, noSuch(`verb of ${noun}`, name, Object.keys(family)), contents);
}

async function run(here: Here, name: string, command: Command, words: readonly string[]): Promise<number> {
  if (wantsHelp(words)) return show(here, commandHelp(name, command));
  const { surroundings, out: stdout, say: stderr } = here;
  // Only now, so that help is quick: the database's libraries are the larger part of us.
  const { openInstallation } = await import('./installation.ts');
  const installation = openInstallation(surroundings.env, (message) => stderr(`${message}\n`));
  try {
    const { argument, values, json } = parseCommand(command, words);
    const out = createOutput({ json, stdout, stderr });
    const terminal = createTerminal(surroundings);
    await command.run({ argument, options: values as never, out, here: installation, terminal });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      return refuse(here, `vcauth ${name}: ${error.message}`, `${usage(name, command)}\nMore: vcauth ${name} --help`);
    }
    stderr(`${wordsOf(error)}\n`);
    return 1;
  } finally {
    await installation.close().catch((error: Error) => stderr(`${error.message}\n`));
  }
}

/** A stack only for what nobody expected. */
function wordsOf(error: unknown): string | undefined {
  if (error instanceof AppError || error instanceof ConfigError) return error.message;
  const { message, stack } = error as Error;
  return isUnavailable(error) ? `The database can’t be reached: ${message}` : stack;
}

function wantsHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? words.length : end).some((word) => word === '--help' || word === '-h');
}

function show({ out }: Here, text: string): number {
  out.write(`${text}\n`);
  return 0;
}

function refuse({ say }: Here, problem: string, help: string): number {
  say(`${problem}\n\n${help}\n`);
  return 2;
}

function noSuch(kind: string, word: string, known: readonly string[]): string {
  return word === ''
    ? `vcauth: a ${kind} is missing.`
    : `vcauth: there is no ${kind} “${word}”.${didYouMean(word, known)}`;
}
