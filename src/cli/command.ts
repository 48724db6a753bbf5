/** A command: its table of options, from which it is parsed and its help is written, and its action. */
import type { Installation } from './installation.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

export interface Option {
  /** `list`: may be repeated; `count`: a whole number from 0. */
  readonly type: 'text' | 'flag' | 'list' | 'count';
  /** The name of its value in help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly required?: true;
  /** The value, a URI, may be omitted; it is '' then. */
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

/** The given values; undefined for an option that was not given. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { required: true } ? Given<O[Name]> : Given<O[Name]> | undefined;
};

interface Call<O extends Options = Options> {
  /** The first argument; '' if it is optional and was omitted. */
  readonly argument: string;
  readonly options: Values<O>;
  readonly out: Output;
  readonly here: Installation;
  readonly terminal: Terminal;
}

interface Definition<O extends Options> {
  /** One line, without a full stop. */
  readonly summary: string;
  /** More text, shown only in help. */
  readonly details?: string;
  readonly argument?: { readonly name: string; readonly optional?: true };
  readonly options: O;
  /** The words after `vcauth`, as they would be typed. */
  readonly examples: readonly string[];
  run(call: Call<O>): Promise<void>;
}

export type Command = Definition<Options>;

/** A group with its verbs, or a command that needs no verb. */
export type CommandGroup = Readonly<Record<string, Command>> | Command;

/** Keeps the types of the options for `run`, and drops them afterwards. */
export function command<const O extends Options>(definition: Definition<O>): Command {
  return definition;
}

export function isCommand(group: CommandGroup): group is Command {
  return typeof group.run === 'function';
}
