/**
 * The logger: one JSON object a line, to stdout. Nothing that it writes holds a token, a password or a code, whoever
 * logged it and however deep: every finished line goes through redactLine.
 */
import { type DestinationStream, type Logger, pino } from 'pino';
import { redactLine, redactUrl } from './redact.ts';

export type { Logger };
export { redactUrl };

export interface LoggerOptions {
  /** A pino level, or `silent`. */
  readonly level: string;
  /** Where lines go; stdout unless told otherwise. */
  readonly stream?: DestinationStream;
}

export function createLogger({ level, stream }: LoggerOptions): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: redactLine },
  };
  return stream === undefined ? pino(options) : pino(options, stream);
}
