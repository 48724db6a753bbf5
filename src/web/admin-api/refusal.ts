/** Errors of the admin API, with its codes, and the mapping of other errors to them. */
import { AppError, type ErrorKind } from '../../errors.ts';
import { isUnavailable } from '../../store/unavailable.ts';

export type RefusalCode =
  | 'VALIDATION_ERROR'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'SERVER_ERROR';

export class Refusal extends Error {
  readonly status: number;
  readonly code: RefusalCode;
  /** By field: what is wrong with it. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: RefusalCode,
    message: string,
    { details, headers = {} }: { details?: Refusal['details']; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
  }
}

/** A refusal that names every invalid field. */
export function invalid(details: Record<string, string>): Refusal {
  const list = Object.entries(details).map(([field, problem]) => `${field} ${problem}`);
  return new Refusal(400, 'VALIDATION_ERROR', list.join('; '), { details });
}

const kinds: Record<ErrorKind, readonly [status: number, code: RefusalCode]> = {
  invalid: [400, 'VALIDATION_ERROR'],
  unauthenticated: [401, 'UNAUTHORIZED'],
  forbidden: [403, 'FORBIDDEN'],
  not_found: [404, 'NOT_FOUND'],
  method: [405, 'VALIDATION_ERROR'],
  conflict: [409, 'CONFLICT'],
  too_large: [413, 'VALIDATION_ERROR'],
  expired: [409, 'CONFLICT'],
  throttled: [429, 'RATE_LIMITED'],
  unavailable: [503, 'SERVER_ERROR'],
};

/** Returns undefined for an unexpected error. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (isUnavailable(error)) return unavailable('The database can’t be reached right now');
  if (!(error instanceof AppError)) return undefined;
  if (error.kind === 'unavailable') return unavailable(error.message, error.details?.retryAfterSeconds);
  const [status, code] = kinds[error.kind];
  return new Refusal(status, code, error.message, { details: error.details });
}

function unavailable(message: string, retryAfterSeconds: unknown = 5): Refusal {
  return new Refusal(503, 'SERVER_ERROR', message, { headers: { 'Retry-After': String(retryAfterSeconds) } });
}
