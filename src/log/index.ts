/**
 * The logger: one JSON object a line, or a line for people, to stdout. Nothing that it writes holds a token, a password or a code, whoever
 * logged it and however deep: every finished line goes through redactLine.
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
  /** `pretty` if stdout is a terminal, unless told otherwise. */
  readonly format?: 'pretty' | 'json' | undefined;
  /** Where lines go; stdout unless told otherwise. */
  readonly stream?: DestinationStream;
}

const safeLoggers = new WeakMap<Logger, Logger>();

export function createLogger({ level, format, stream }: LoggerOptions): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
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
 * The same log without the last net, which reads every line once more: for lines that are written with each request
 * and whose fields were all made safe by whoever writes them.
 */
export function safeLines(log: Logger): Logger {
  return safeLoggers.get(log) ?? log;
}
