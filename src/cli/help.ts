/** Help and usage, written from the tables of commands. */
import { type Command, type CommandGroup, isCommand, type Option } from './command.ts';
import { aligned } from './output.ts';
import { common } from './parse.ts';

/** `groups` holds names and summaries. */
export function programHelp(groups: readonly (readonly [name: string, summary: string])[]): string {
  return [
    'vcauth runs the VibeCaaS authorization server’s accounts, clients, grants and keys.',
    '',
    'Usage: vcauth <group> <verb> [options]',
    '',
    ...indented(groups),
    '',
    'It works on the database that the server’s environment names (DATABASE_URL, or the embedded one in DATA_DIR),',
    'whether or not the server runs. Every command takes --json and --help.',
    '',
    'Examples:',
    ...examples([
      'accounts create --email ada@example.com --name "Ada" --password-stdin < password.txt',
      'clients create --name "Notes" --type spa --redirect-uri https://notes.example/callback',
      'try',
    ]),
  ].join('\n');
}

export function groupHelp(name: string, summary: string, group: CommandGroup): string {
  if (isCommand(group)) return commandHelp(name, group);
  const verbs = Object.entries(group);
  return [
    `${summary}.`,
    '',
    `Usage: vcauth ${name} <verb> [options]`,
    '',
    ...indented(
      verbs.map(([verb, command]) => [[verb, argumentOf(command)].join(' ').trim(), command.summary] as const),
    ),
    '',
    'Examples:',
    ...examples(verbs.flatMap(([, command]) => command.examples.slice(0, 1))),
    '',
    `More about one: vcauth ${name} <verb> --help`,
  ].join('\n');
}

/** `name` is typed after vcauth. */
export function commandHelp(name: string, command: Command): string {
  const options = Object.entries({ ...command.options, ...common });
  return [
    `${command.summary}.`,
    ...(command.details ? ['', command.details] : []),
    '',
    usage(name, command),
    '',
    'Options:',
    ...indented(options.map(([option, spec]) => [typed(option, brief(spec)), documentation(spec)] as const)),
    '',
    'Examples:',
    ...examples(command.examples),
  ].join('\n');
}

/** The usage of one command, in lines of at most 100 characters. */
export function usage(name: string, command: Command): string {
  const options = Object.entries({ ...command.options, json: common.json as Option }).map(([option, spec]) =>
    spec.required ? typed(option, spec) : `[${typed(option, spec)}]${spec.type === 'list' ? '…' : ''}`,
  );
  const lines = [`Usage: vcauth ${name}`];
  for (const word of [argumentOf(command), ...options]) {
    if (word === '') continue;
    const last = lines.at(-1) as string;
    if (last.length + word.length < 100) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`         ${word}`);
  }
  return lines.join('\n');
}

function argumentOf({ argument }: Command): string {
  if (!argument) return '';
  return argument.optional ? `[<${argument.name}>]` : `<${argument.name}>`;
}

function typed(name: string, { type, value, choices, valueOptional }: Option): string {
  if (type === 'flag') return `--${name}`;
  const shown = choices?.join('|') ?? value ?? (type === 'count' ? 'N' : 'TEXT');
  return valueOptional ? `--${name} [${shown}]` : `--${name} ${shown}`;
}

function documentation({ doc, type, choices, required }: Option): string {
  const words = choices ? `${choices.join(', ')}; ` : '';
  return `${words}${doc}${type === 'list' ? '; may be repeated' : ''}${required ? ' (required)' : ''}`;
}

/** In the list of options, the documentation names the choices: otherwise the list would be too wide. */
function brief(option: Option): Option {
  const { choices, ...rest } = option;
  return choices ? { value: 'WORD', ...rest } : rest;
}

function indented(rows: readonly (readonly [string, string])[]): string[] {
  return aligned(rows).map((line) => `  ${line}`);
}

function examples(lines: readonly string[]): string[] {
  return lines.map((line) => `  vcauth ${line}`);
}
