/**
 * Which rows there are: everything about the n-th grant follows from n, in SQL and here, so that a random one of ten million
 * can be used without having kept any of them.
 */
import { createHash } from 'node:crypto';
import { emailOf, people } from '../scenario.ts';

export const apps = 20;
/** Grants of one account. They are of two apps, and far from each other in the table. */
const grantsPerAccount = 4;

/** Grants that were added together, from `first` to `last`, and the accounts that were added for them. */
export interface Batch {
  readonly first: number;
  readonly last: number;
  readonly firstAccount: number;
  readonly lastAccount: number;
}

/** Returns what must be added to a table with `before`, so that there are `size` grants. */
export function nextBatch(before: Batch | undefined, size: number): Batch {
  const first = (before?.last ?? 0) + 1;
  const firstAccount = (before?.lastAccount ?? people) + 1;
  const accounts = Math.ceil((size - first + 1) / grantsPerAccount);
  return { first, last: size, firstAccount, lastAccount: firstAccount + accounts - 1 };
}

export interface Grant {
  readonly id: string;
  readonly account: number;
  readonly app: string;
  /** Handle of its token family. */
  readonly handle: string;
  readonly generation: number;
}

export function grantAt(n: number, batches: readonly Batch[]): Grant {
  const batch = batches.find(({ last }) => n <= last) as Batch;
  const accounts = batch.lastAccount - batch.firstAccount + 1;
  const k = n - batch.first;
  return {
    id: sha256(`grant ${n}`).toString('base64url'),
    account: batch.firstAccount + (k % accounts),
    app: `app-${((k % accounts) + (Math.floor(k / accounts) % 2)) % apps}`,
    handle: sha256(`handle ${n}`).subarray(0, 20).toString('base64url'),
    generation: n % 100,
  };
}

/** The same in SQL: `n` and `k` are columns, `$1` is the first account, `$2` the number of accounts. */
export const grantColumns = {
  id: "translate(encode(sha256(convert_to('grant ' || n, 'UTF8')), 'base64'), '+/=', '-_')",
  account: "'acc_bench' || ($1::bigint + k % $2::bigint)",
  app: `'app-' || ((k % $2::bigint + k / $2::bigint % 2) % ${apps})`,
  handleHash: "sha256(substr(sha256(convert_to('handle ' || n, 'UTF8')), 1, 20))",
  generation: 'n % 100',
} as const;

/** The email address of any account, also of those beyond the people of other benchmarks. */
export function emailOfAccount(account: number): string {
  return emailOf(0).replace('0', String(account));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
