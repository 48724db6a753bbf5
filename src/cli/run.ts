/** Runs one command: parse → one module of cli/. Exit code 0 on success, 2 on wrong usage, 1 otherwise. */
import packageJson from '../../package.json' with { type: 'json' };
import { ConfigError } from '../config/problems.ts';
import { AppError } from '../errors.ts';
import { isUnavailable } from '../store/unavailable.ts';
import { type Command, type CommandGroup, isCommand } from './command.ts';
import { groups } from './groups.ts';
import { commandHelp, groupHelp, programHelp, usage } from './help.ts';
import { didYouMean } from './nearest.ts';
import { createOutput } from './output.ts';
import { parseCommand } from './parse.ts';
import { openStdout, type Stdout } from './stdout.ts';
import { createTerminal, type Streams } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** The process that a command runs in. */
export interface Surroundings extends Streams {
  readonly env: NodeJS.ProcessEnv;
}

interface Here {
  readonly surroundings: Surroundings;
  readonly out: Stdout;
  readonly say: (text: string) => void;
}

/** Runs what was typed after `vcauth`, and returns the exit code. */
export async function runCli(typed: readonly string[], surroundings: Surroundings): Promise<number> {
  const say = (text: string) => void surroundings.stderr.write(text);
  // Messages that nobody reads must not end a command in the middle of its work.
  surroundings.stderr.on('error', () => {});
  const out = openStdout(surroundings.stdout, (problem) => {
    if (problem !== undefined) say(`${problem}\n`);
    return surroundings.exit(problem === undefined ? 0 : 1);
  });
  const here = { surroundings, out, say };
  const words = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
  const [name = '', ...rest] = words;
  if (name === '--version') return show(here, packageJson.version);
  const known = Object.hasOwn(groups, name) ? groups[name] : undefined;
  const contents = programHelp(Object.entries(groups).map(([group, { summary }]) => [group, summary]));
  if (!known && wantsHelp(words)) return show(here, contents);
  if (!known) return refuse(here, noSuch('command', name, Object.keys(groups)), contents);
  const group = await known.load();
  if (isCommand(group)) return run(here, name, group, rest);
  return runVerb(here, { name, summary: known.summary, group }, rest);
}

function runVerb(
  here: Here,
  { name: groupName, summary, group }: { name: string; summary: string; group: CommandGroup },
  words: readonly string[],
): Promise<number> | number {
  const [name = '', ...rest] = words;
  const command = Object.hasOwn(group, name) ? (group as Record<string, Command>)[name] : undefined;
  const contents = groupHelp(groupName, summary, group);
  if (command) return run(here, `${groupName} ${name}`, command, rest);
  if (wantsHelp(words)) return show(here, contents);
  return refuse(here, noSuch(`verb of ${groupName}`, name, Object.keys(group)), contents);
}

async function run(here: Here, name: string, command: Command, words: readonly string[]): Promise<number> {
  if (wantsHelp(words)) return show(here, commandHelp(name, command));
  const { surroundings, out: stdout, say: stderr } = here;
  // Imported late, so that help is quick: the database libraries take the longest to load.
  const { openInstallation } = await import('./installation.ts');
  const installation = openInstallation(surroundings.env, (message) => stderr(`${message}\n`));
  try {
    const { argument, values, json } = parseCommand(command, words);
    const out = createOutput({ json, stdout, stderr });
    const terminal = createTerminal(surroundings);
    await command.run({ argument, options: values, out, here: installation, terminal });
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

/** Only unexpected errors are shown with their stack. */
function wordsOf(error: unknown): string | undefined {
  if (error instanceof AppError || error instanceof ConfigError) return error.message;
  const { message, stack } = error as Error;
  return isUnavailable(error) ? `The database can’t be used now: ${message}` : stack;
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
