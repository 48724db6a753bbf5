/** Two who change one thing: the second is told, and nothing is lost (RFC 9110 §13.1.1). */
import { etagOf } from './documents.ts';
import { Refusal } from './refusal.ts';

/** Throws 412 when `document` is not what If-Match says was read. Weak tags never match. */
export function requireVersion(ifMatch: string | undefined, noun: string, document: object): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const current = etagOf(document);
  if (ifMatch.split(',').some((tag) => tag.trim() === current)) return;
  throw new Refusal(412, 'CONFLICT', `The ${noun} was changed since you read it: read it again`, {
    headers: { ETag: current },
  });
}
