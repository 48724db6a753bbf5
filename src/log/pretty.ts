/** Log lines for people who watch a terminal. pino-pretty is loaded only when somebody does. */
import { createRequire } from 'node:module';
import type { PrettyOptions } from 'pino-pretty';

interface PinoPretty {
  prettyFactory(options: PrettyOptions): (line: object) => string;
}

/** From a line of JSON to a line for people: time, level, message, the fields. */
export function createPrettifier(): (line: string) => string {
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as PinoPretty;
  const prettify = prettyFactory({
    // False where stdout is no terminal, and with NO_COLOR.
    colorize: process.stdout.isTTY === true && process.stdout.hasColors(),
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid',
    singleLine: true,
    errorLikeObjectKeys: ['err'],
  });
  return (line) => prettify(sentence(harmless(JSON.parse(line)) as Record<string, unknown>));
}

/** A request as a sentence; what only a program would look up is left out. */
function sentence(line: Record<string, unknown>): object {
  if (line.msg !== 'request') return line;
  const { method, url, status, ms, ip, ...rest } = line;
  return { ...rest, msg: `${method} ${url} ${status} in ${ms} ms` };
}

/** Strangers choose some of these texts: nothing in them may move the cursor, recolour or retitle a terminal. */
function harmless(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(controls, '\ufffd');
  if (Array.isArray(value)) return value.map(harmless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.replace(controls, '\ufffd'), harmless(inner)]),
  );
}

/** Control characters, except the line ends of a stack. */
const controls = /[^\P{Cc}\n]/gu;
