/** Sorts the lines of a file of accounts into those that can be inserted and those that are left out, with the reason. */
import { type ImportedAccount, type ImportRules, type LeftOut, readImportLine } from '../policy/account-import.ts';
import type { NewImportedAccount, TakenLine } from '../store/account-imports.ts';
import { newAccountId } from './accounts.ts';
import { isCurrentHash } from './passwords.ts';

/** A line of the file that is not empty; the text, or why it could not be read. */
export interface FileLine {
  readonly number: number;
  readonly content: string | LeftOut;
  /** What of the account stays behind, although it is imported. */
  readonly without?: readonly LeftOut[];
}

/** A line of the report. */
export interface Refused extends LeftOut {
  readonly line: number;
  /** A part of the account alone was left out. */
  readonly partly?: true;
}

/** What the lines before have brought: address or external id → line. */
interface Index {
  readonly emails: Map<string, number>;
  readonly externalIds: Map<string, number>;
}

export const emptyIndex = (): Index => ({ emails: new Map(), externalIds: new Map() });

/** Sorts lines as far as the file itself tells, and adds them to `seen`. */
export function sortLines(
  lines: readonly FileLine[],
  rules: ImportRules,
  seen: Index,
): { accounts: NewImportedAccount[]; leftOut: Refused[] } {
  const accounts: NewImportedAccount[] = [];
  const leftOut: Refused[] = [];
  for (const { number: line, content, without = [] } of lines) {
    const read = typeof content === 'string' ? readImportLine(content, rules) : { leftOut: content };
    const refused = 'leftOut' in read ? read.leftOut : repeated(read.account, seen);
    if (refused) leftOut.push({ line, ...refused });
    if (refused || 'leftOut' in read) continue;
    const { email, externalId } = read.account;
    seen.emails.set(email, line);
    if (externalId !== null) seen.externalIds.set(externalId, line);
    accounts.push(rowOf(read.account, line));
    leftOut.push(...without.map((part) => ({ line, ...part, email, partly: true as const })));
  }
  return { accounts, leftOut };
}

function repeated({ email, externalId }: ImportedAccount, seen: Index): LeftOut | undefined {
  const sameAddress = seen.emails.get(email);
  if (sameAddress !== undefined) return duplicate(email, sameAddress);
  const sameId = externalId === null ? undefined : seen.externalIds.get(externalId);
  return sameId === undefined ? undefined : externalIdTaken(email);
}

const duplicate = (email: string, line: number): LeftOut => ({
  reason: 'duplicate',
  problem: `The address is that of line ${line}`,
  email,
});

const externalIdTaken = (email: string): LeftOut => ({
  reason: 'external_id_taken',
  field: 'external_id',
  problem: 'belongs to another account',
  email,
});

/** Returns what was left out, but for the parts of accounts that were left out as a whole. */
export function withoutPartsOf(leftOut: readonly Refused[], taken: readonly TakenLine[]): Refused[] {
  const whole = new Set(taken.map(({ line }) => line));
  return leftOut.filter(({ line, partly }) => !(partly && whole.has(line)));
}

export function asRefused(accounts: readonly NewImportedAccount[]) {
  const emails = new Map(accounts.map(({ line, email }) => [line, email]));
  return ({ line, reason, same_as }: TakenLine): Refused => {
    const email = emails.get(line) ?? '';
    if (reason === 'external_id') return { line, ...externalIdTaken(email) };
    if (same_as !== null) return { line, ...duplicate(email, same_as) };
    return { line, reason: 'address_taken', problem: 'An account with this address exists already', email };
  };
}

function rowOf(account: ImportedAccount, line: number): NewImportedAccount {
  const { passwordHash } = account;
  const isOurs = passwordHash === null || isCurrentHash(passwordHash);
  return {
    line,
    id: newAccountId(),
    email: account.email,
    name: account.name,
    password_hash: passwordHash,
    decoy_hash: isOurs ? null : account.decoyHash,
    role: account.role,
    tier: account.tier,
    status: account.status,
    email_verified: account.emailVerified,
    locale: account.locale,
    created_at: account.createdAt,
    external_id: account.externalId,
  };
}
