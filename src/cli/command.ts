/** What a command is: its options as a table, from which it is parsed and its help is written, and what it does. */
import type { Installation } from './installation.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

export interface Option {
  /** `list`: may be repeated; `count`: a whole number from 0. */
  readonly type: 'text' | 'flag' | 'list' | 'count';
  /** What help calls its value. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly required?: true;
  /** Its value, a URI, may be left out; it is '' then. */
  readonly valueOptional?: true;
  readonly doc: string;
}

export type Options = Readonly<Record<string, Option>>;

interface ValueOf<O extends Option> {
  flag: true;
  list: readonly string[];
  count: number;
  text: O extends { choices: readonly (infer Choice)[] } ? Choice : string;
}

export type Given<O extends Option = Option> = ValueOf<O>[O['type']];

/** What was given; undefined where an option was not. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { required: true } ? Given<O[Name]> : Given<O[Name]> | undefined;
};

interface Call<O extends Options = Options> {
  /** The first argument, '' where it may be left out and was. */
  readonly argument: string;
  readonly options: Values<O>;
  readonly out: Output;
  readonly here: Installation;
  readonly terminal: Terminal;
}

interface Definition<O extends Options> {
  /** One line, without a full stop. */
  readonly summary: string;
  /** More, for help alone. */
  readonly details?: string;
  readonly argument?: { readonly name: string; readonly optional?: true };
  readonly options: O;
  /** What follows `vcauth`; each is shown as it would be typed. */
  readonly examples: readonly string[];
  run(call: Call<O>): Promise<void>;
}

export type Command = Definition<Options>;

/** A group with its verbs, or a command that needs no verb. */
export type CommandGroup = Readonly<Record<string, Command>> | Command;

/** Keeps the types of the options for `run` and forgets them afterwards. */
export function command<const O extends Options>(definition: Definition<O>): Command {
  return definition;
}

export function isCommand(group: CommandGroup): group is Command {
  return typeof group.run === 'function';
}
