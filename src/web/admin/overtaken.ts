/** People who change the same thing at the same time. */
import { AppError } from '../../errors.ts';

/** For `.catch`: undefined if somebody else was first, so that the page shows how it is now. Throws everything else. */
export function isOvertaken(error: unknown): undefined {
  if (error instanceof AppError && error.kind === 'conflict') return undefined;
  throw error;
}
