/** Readable log lines for a terminal. pino-pretty is loaded only if they are used. */
import { createRequire } from 'node:module';
import type { PrettyOptions } from 'pino-pretty';
import { linesForTerminal } from './terminal-text.ts';

interface PinoPretty {
  prettyFactory(options: PrettyOptions): (line: object) => string;
}

/** Returns a function that converts a line of JSON to a readable one: time, level, message, fields. */
export function createPrettifier(): (line: string) => string {
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as PinoPretty;
  const prettify = prettyFactory({
    // hasColors() honours NO_COLOR.
    colorize: process.stdout.isTTY === true && process.stdout.hasColors(),
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid',
    singleLine: true,
    errorLikeObjectKeys: ['err'],
  });
  return (line) => prettify(sentence(harmless(JSON.parse(line)) as Record<string, unknown>));
}

/** Writes a request as a sentence, without the fields that only programs use. */
function sentence(line: Record<string, unknown>): object {
  if (line.msg !== 'request') return line;
  const { method, url, status, ms, ip, ...rest } = line;
  return { ...rest, msg: `${method} ${url} ${status} in ${ms} ms` };
}

/** Some texts come from strangers. */
function harmless(value: unknown): unknown {
  if (typeof value === 'string') return linesForTerminal(value);
  if (Array.isArray(value)) return value.map(harmless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [linesForTerminal(key), harmless(inner)]));
}
