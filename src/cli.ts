#!/usr/bin/env node
/** The vcauth command: parse → one module of cli/. Exit 0 on success, 2 on wrong usage, 1 otherwise. */
import { enableCompileCache } from 'node:module';
import packageJson from '../package.json' with { type: 'json' };
import { type Command, type Family, isCommand } from './cli/command.ts';
import { commandHelp, familyHelp, programHelp, usage } from './cli/help.ts';
import { didYouMean } from './cli/nearest.ts';
import { nouns } from './cli/nouns.ts';
import { createOutput } from './cli/output.ts';
import { parseCommand } from './cli/parse.ts';
import { openStdout } from './cli/stdout.ts';
import { UsageError } from './cli/usage-error.ts';
import { ConfigError } from './config-problems.ts';
import { AppError } from './errors.ts';
import { isUnavailable } from './store/unavailable.ts';

const stderr = (text: string) => void process.stderr.write(text);

const stdout = openStdout(process.stdout, (problem) => {
  if (problem !== undefined) stderr(`${problem}\n`);
  process.exit(problem === undefined ? 0 : 1);
});
// An exit and not the default end, so that an embedded database which only we use is stopped.
for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
  process.once(signal, () => process.exit(code));
}

// Halves the time that a command takes to start, from its second run on.
enableCompileCache();
process.exitCode = await main(process.argv.slice(2));

async function main(typed: readonly string[]): Promise<number> {
  const words = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
  const [name = '', ...rest] = words;
  if (name === '--version') return show(packageJson.version);
  const noun = Object.hasOwn(nouns, name) ? nouns[name] : undefined;
  const contents = programHelp(Object.entries(nouns).map(([known, { summary }]) => [known, summary]));
  if (!noun && wantsHelp(words)) return show(contents);
  if (!noun) return refuse(noSuch('noun', name, Object.keys(nouns)), contents);
  const family = await noun.load();
  if (isCommand(family)) return run(name, family, rest);
  return verb(name, noun.summary, family, rest);
}

async function verb(noun: string, summary: string, family: Family, words: readonly string[]): Promise<number> {
  const [name = '', ...rest] = words;
  const command = Object.hasOwn(family, name) ? (family as Record<string, Command>)[name] : undefined;
  const contents = familyHelp(noun, summary, family);
  if (command) return run(`${noun} ${name}`, command, rest);
  return wantsHelp(words) ? show(contents) : refuse(noSuch(`verb of ${noun}`, name, Object.keys(family)), contents);
}

async function run(name: string, command: Command, words: readonly string[]): Promise<number> {
  if (wantsHelp(words)) return show(commandHelp(name, command));
  // Only now, so that help is quick: the database's libraries are the larger part of us.
  const { openInstallation } = await import('./cli/installation.ts');
  const here = openInstallation(process.env, (message) => stderr(`${message}\n`));
  try {
    const { argument, values, json } = parseCommand(command, words);
    await command.run({ argument, options: values as never, out: createOutput({ json, stdout, stderr }), here });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      return refuse(`vcauth ${name}: ${error.message}`, `${usage(name, command)}\nMore: vcauth ${name} --help`);
    }
    stderr(`${wordsOf(error)}\n`);
    return 1;
  } finally {
    await here.close().catch((error: Error) => stderr(`${error.message}\n`));
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

function show(text: string): number {
  stdout.write(`${text}\n`);
  return 0;
}

function refuse(problem: string, help: string): number {
  stderr(`${problem}\n\n${help}\n`);
  return 2;
}

function noSuch(kind: string, word: string, known: readonly string[]): string {
  return word === ''
    ? `vcauth: a ${kind} is missing.`
    : `vcauth: there is no ${kind} “${word}”.${didYouMean(word, known)}`;
}
