/** What an error page of ours says: what happened, then what to do. */
import { m } from '../../../views/messages/index.ts';
import { duration } from '../../../views/time.ts';
import type { AppError } from '../../errors.ts';
import type { ErrorText } from '../../oidc/hooks/error-texts.ts';

export function textOf(error: AppError, status: number): ErrorText {
  const words = m().errors;
  const page = error.details?.page;
  if (page === 'interaction') return words.interactionOver;
  if (page === 'cookies') return words.cookiesOff;
  if (page === 'changed') return words.appChanged;
  if (page === 'removed') return words.appRemoved;
  if (page === 'deleted') return m().ownPages.deleted.meanwhile;
  if (page === 'overload') return words.overload;
  if (status === 429) return tooManyTries(error.details?.retryAfterSeconds);
  return words.byStatus[status as keyof typeof words.byStatus] ?? words.failed;
}

function tooManyTries(retryAfterSeconds: unknown): ErrorText {
  return m().errors.tooManyTries(typeof retryAfterSeconds === 'number' ? duration(retryAfterSeconds) : undefined);
}
