/**
 * The logger: one JSON object a line, to stdout. Nothing that it writes holds a token, a password or a code, whoever
 * logged it and however deep: every finished line goes through redactLine.
 */
import { type DestinationStream, type Logger, pino } from 'pino';
import { redactLine, redactUrl } from './redact.ts';

export type { Logger };
export { redactLine, redactUrl };

export interface LoggerOptions {
  /** A pino level, or `silent`. */
  readonly level: string;
  /** Where lines go; stdout unless told otherwise. */
  readonly stream?: DestinationStream;
}

const safeLoggers = new WeakMap<Logger, Logger>();

export function createLogger({ level, stream }: LoggerOptions): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const destination = stream ?? pino.destination({ fd: 1, sync: true });
  const log = pino({ ...options, hooks: { streamWrite: redactLine } }, destination);
  safeLoggers.set(log, pino(options, destination));
  return log;
}

/**
 * The same log without the last net, which reads every line once more: for lines that are written with each request
 * and whose fields were all made safe by whoever writes them.
 */
export function safeLines(log: Logger): Logger {
  return safeLoggers.get(log) ?? log;
}
