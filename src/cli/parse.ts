/** Parses the words of a command line into values, by a command's table of options. Pure. */
import { parseArgs } from 'node:util';
import type { Command, Given, Option, Options, Values } from './command.ts';
import { didYouMean } from './nearest.ts';
import { UsageError } from './usage-error.ts';

export interface Parsed {
  readonly argument: string;
  readonly values: Values<Options>;
  readonly json: boolean;
}

/** Every command has these. */
export const common: Options = {
  json: { type: 'flag', doc: 'print exactly one JSON document on stdout' },
  help: { type: 'flag', doc: 'show this' },
};

/** @throws UsageError */
export function parseCommand(command: Command, words: readonly string[]): Parsed {
  const options = { ...command.options, ...common };
  const { values: given, positionals } = split(command.argument ? withIdsLast(words, options) : words, options);
  const values: Record<string, Given | undefined> = {};
  for (const [name, option] of Object.entries(options)) values[name] = readValue(name, option, given[name]);
  return { argument: argumentOf(command, positionals), values, json: values.json === true };
}

/** Reads texts as lists too, so that a repeated option is noticed: its first value would be lost silently. */
function split(words: readonly string[], options: Options) {
  const config = Object.entries(options).map(([name, { type }]) => [
    name,
    type === 'flag' ? { type: 'boolean' as const } : { type: 'string' as const, multiple: true },
  ]);
  try {
    const args = withOptionalValues(words, options);
    return parseArgs({ args, options: Object.fromEntries(config), allowPositionals: true, strict: true }) as {
      values: Record<string, true | string[] | undefined>;
      positionals: string[];
    };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new UsageError(message);
    const unknown = /'(-[^']*)'/.exec(message)?.[1] ?? '';
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`There is no option ${unknown}.${didYouMean(unknown, names)}`);
  }
}

/** Ids are random, so one may begin with a dash. parseArgs accepts such a word as an argument only after `--`. */
function withIdsLast(words: readonly string[], options: Options): string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const isId = (word: string, at: number) =>
    at < end && /^-[\w-]{15,}$/.test(word) && !isOption(word, options) && !takesValue(words[at - 1], options);
  const ids = words.filter(isId);
  if (ids.length === 0) return [...words];
  return [...words.slice(0, end).filter((word, at) => !isId(word, at)), '--', ...ids, ...words.slice(end + 1)];
}

/** Whether the word is an option, or similar enough to be meant as one. */
function isOption(word: string, options: Options): boolean {
  const names = Object.keys(options).map((name) => `--${name}`);
  return names.includes(word) || didYouMean(word, names) !== '';
}

function takesValue(word: string | undefined, options: Options): boolean {
  const option = word?.startsWith('--') ? options[word.slice(2)] : undefined;
  return option !== undefined && option.type !== 'flag' && !option.valueOptional;
}

/** Turns `--gateway URI` and `--gateway` alone into one word each, the only form that parseArgs supports. */
function withOptionalValues(words: readonly string[], options: Options): string[] {
  const args: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') return [...args, ...words.slice(i)];
    if (!word.startsWith('--') || !options[word.slice(2)]?.valueOptional) args.push(word);
    else if (/^[a-z][a-z0-9+.-]*:/i.test(words[i + 1] ?? '')) args.push(`${word}=${words[++i]}`);
    else args.push(`${word}=`);
  }
  return args;
}

function readValue(name: string, option: Option, given: true | string[] | undefined): Given | undefined {
  if (given === undefined) {
    if (option.required) throw new UsageError(`--${name} is missing.`);
    return undefined;
  }
  if (given === true || option.type === 'list') return given;
  const [text = ''] = given;
  if (given.length > 1) throw new UsageError(`--${name} is given ${given.length} times: once is enough.`);
  if (option.type === 'count') return count(name, text);
  if (option.choices && !option.choices.includes(text)) {
    const hint = didYouMean(text, option.choices);
    throw new UsageError(`--${name} must be one of ${option.choices.join(', ')}, not “${text}”.${hint}`);
  }
  return text;
}

function count(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} must be a whole number, not “${text}”.`);
}

function argumentOf({ argument }: Command, positionals: readonly string[]): string {
  const [first, second] = positionals;
  if (first === '' || (first === undefined && argument && !argument.optional)) {
    throw new UsageError(`${argument?.name ?? 'The argument'} is missing.`);
  }
  const extra = argument ? second : first;
  if (extra !== undefined) throw new UsageError(`“${extra}” is one word too many.`);
  return first ?? '';
}
