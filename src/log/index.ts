/**
 * The logger writes one JSON object per line, or a readable line, to stdout. Every finished line passes through redactLine,
 * so that no line contains a token, a password or a code, no matter how deep it was nested.
 */
import { type DestinationStream, type Logger, pino } from 'pino';
import { type LogOutput, openLogOutput } from './output.ts';
import { createPrettifier } from './pretty.ts';
import { redactLine, redactText, redactUrl } from './redact.ts';

export type { Logger };
export { redactLine, redactText, redactUrl };

export interface LoggerOptions {
  /** A pino level, or `silent`. */
  readonly level: string;
  /** Default: `pretty` if stdout is a terminal, else `json`. */
  readonly format?: 'pretty' | 'json' | undefined;
  /** Returns what every line gets, such as the ids of a trace. */
  readonly fields?: (() => object) | undefined;
  /** Destination of the lines. Default: stdout. */
  readonly stream?: DestinationStream;
}

const safeLoggers = new WeakMap<Logger, Logger>();

export function createLogger({ level, format, fields, stream }: LoggerOptions): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    ...(fields && { mixin: fields }),
  };
  const output = stream ? undefined : openLogOutput();
  const destination = stream ?? (output as LogOutput);
  const isPretty = format === undefined ? !stream && process.stdout.isTTY === true : format === 'pretty';
  const prettify = isPretty ? createPrettifier() : undefined;
  const streamWrite = prettify ? (line: string) => prettify(redactLine(line)) : redactLine;
  const log = pino({ ...options, hooks: { streamWrite } }, destination);
  output?.onDropped((dropped) => log.warn({ dropped }, 'the log was not read: lines are missing here'));
  safeLoggers.set(log, pino(prettify ? { ...options, hooks: { streamWrite: prettify } } : options, destination));
  return log;
}

/**
 * Returns the same log without redactLine, which parses every line again. It is only for the request log, whose fields are
 * all redacted by the caller.
 */
export function safeLines(log: Logger): Logger {
  return safeLoggers.get(log) ?? log;
}
