/** Prevents lost updates: of two callers who change a document at once, the second is refused (RFC 9110 §13.1.1). */
import { etagOf } from './documents.ts';
import { Refusal } from './refusal.ts';

/** @throws Refusal with status 412 if `document` is not the version that If-Match names. Weak tags never match. */
export function requireVersion(ifMatch: string | undefined, noun: string, document: object): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const current = etagOf(document);
  if (ifMatch.split(',').some((tag) => tag.trim() === current)) return;
  throw new Refusal(412, 'CONFLICT', `The ${noun} was changed since you read it: read it again`, {
    headers: { ETag: current },
  });
}
