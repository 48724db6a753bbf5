/** One line of a file of accounts: what it may say, and what is wrong with it. */
import { normaliseEmail } from './emails.ts';
import { nameProblem } from './names.ts';
import { decoyHashOf, formatPasswordHash, parsePasswordHash } from './password-hashes/parse.ts';
import { type Tier, tiers } from './tiers.ts';

export interface ImportedAccount {
  readonly email: string;
  readonly name: string;
  readonly role: 'user' | 'admin';
  readonly tier: Tier;
  readonly status: 'active' | 'suspended';
  readonly emailVerified: boolean;
  readonly locale: string | null;
  /** In the form that is stored; null if the account has no password. */
  readonly passwordHash: string | null;
  /** Takes as long to verify as `passwordHash`. */
  readonly decoyHash: string | null;
  readonly createdAt: Date | null;
  readonly externalId: string | null;
}

/**
 * Why a line was left out, or a part of it. `duplicate` and the two after it need the other accounts; the rest comes from
 * sources whose accounts are not lines (policy/import).
 */
type LeftOutReason =
  | 'line_too_long'
  | 'not_utf8'
  | 'not_json'
  | 'unknown_field'
  | 'invalid_field'
  | 'admin_not_allowed'
  | 'duplicate'
  | 'address_taken'
  | 'external_id_taken'
  | 'not_an_object'
  | 'too_large'
  | 'service_account'
  | 'password_weak'
  | 'password_unsupported'
  | 'other_sign_in'
  | 'second_step';

export interface LeftOut {
  readonly reason: LeftOutReason;
  /** A sentence without its subject if `field` is set. It never contains a hash. */
  readonly problem: string;
  readonly field?: string;
  /** The address as it would be stored, if it could be read. */
  readonly email?: string;
}

export interface ImportRules {
  readonly now: Date;
  /** Whether a line may make an admin. */
  readonly admins: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const known = new Set(
  'email name email_verified role tier status locale password_hash created_at external_id'.split(' '),
);

/** Reads a line. Fields that are null count as missing. */
export function readImportLine(text: string, rules: ImportRules): { account: ImportedAccount } | { leftOut: LeftOut } {
  const fields = parseObject(text);
  if (!fields) return { leftOut: { reason: 'not_json', problem: 'The line is not a JSON object' } };
  const email = typeof fields.email === 'string' ? normaliseEmail(fields.email) : undefined;
  const leftOut = (found: LeftOut) => ({ leftOut: { ...found, ...(email !== undefined && { email }) } });
  const unknown = Object.keys(fields).find((name) => !known.has(name));
  if (unknown !== undefined) {
    return leftOut({ reason: 'unknown_field', field: printable(unknown), problem: 'is not a field of an account' });
  }
  try {
    const account = accountOf(fields, email, rules);
    if (account.role !== 'admin' || rules.admins) return { account };
    return leftOut({ reason: 'admin_not_allowed', field: 'role', problem: 'is admin, which needs --allow-admins' });
  } catch (error) {
    if (!(error instanceof WrongField)) throw error;
    return leftOut({ reason: 'invalid_field', field: error.field, problem: error.message });
  }
}

class WrongField extends Error {
  readonly field: string;
  constructor(field: string, problem: string) {
    super(problem);
    this.field = field;
  }
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function accountOf(fields: Fields, email: string | undefined, rules: ImportRules): ImportedAccount {
  if (email === undefined) throw new WrongField('email', 'must be an address such as name@example.com');
  return {
    email,
    name: nameOf(fields.name),
    role: choice(fields, 'role', ['user', 'admin'] as const),
    tier: choice(fields, 'tier', tiers),
    status: choice(fields, 'status', ['active', 'suspended'] as const),
    emailVerified: flag(fields, 'email_verified'),
    locale: localeOf(fields.locale),
    ...passwordOf(fields.password_hash),
    createdAt: momentOf(fields.created_at, rules.now),
    externalId: externalIdOf(fields.external_id),
  };
}

function nameOf(given: unknown): string {
  const name = typeof given === 'string' ? given.trim() : '';
  const problem = nameProblem(name);
  if (problem) throw new WrongField('name', problem);
  return name;
}

/** The first choice is the default. */
function choice<const T extends string>(fields: Fields, field: string, choices: readonly [T, ...T[]]): T {
  const given = fields[field] ?? choices[0];
  const chosen = choices.find((value) => value === given);
  if (chosen === undefined) throw new WrongField(field, `must be ${choices.join(', ')}`);
  return chosen;
}

function flag(fields: Fields, field: string): boolean {
  const given = fields[field] ?? false;
  if (typeof given !== 'boolean') throw new WrongField(field, 'must be true or false');
  return given;
}

/** Returns the language alone. One that we do not have yet counts as no choice, until we have it. */
function localeOf(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given !== 'string' || !/^[a-z]{2,3}(?:[-_][a-z\d]{2,8})*$/i.test(given)) {
    throw new WrongField('locale', 'must be a language tag such as de or pt-BR');
  }
  return given.toLowerCase().split(/[-_]/)[0] ?? null;
}

function passwordOf(given: unknown): Pick<ImportedAccount, 'passwordHash' | 'decoyHash'> {
  if (given === undefined || given === null) return { passwordHash: null, decoyHash: null };
  const parsed = parsePasswordHash(given);
  if ('problem' in parsed) throw new WrongField('password_hash', parsed.problem);
  return { passwordHash: formatPasswordHash(parsed.hash), decoyHash: decoyHashOf(parsed.hash) };
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;
const earliest = Date.UTC(1970, 0, 1);

function momentOf(given: unknown, now: Date): Date | null {
  if (given === undefined || given === null) return null;
  const time = typeof given === 'string' && moment.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(time)) throw new WrongField('created_at', 'must be a time such as 2024-05-31T12:00:00Z');
  if (time > now.getTime() || time < earliest) throw new WrongField('created_at', 'must be between 1970 and now');
  return new Date(time);
}

const maxExternalIdChars = 255;

function externalIdOf(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  const text = typeof given === 'number' && Number.isSafeInteger(given) ? String(given) : given;
  if (typeof text !== 'string' || text.length > maxExternalIdChars || !/^[\x21-\x7e]+$/.test(text)) {
    throw new WrongField(
      'external_id',
      `must have 1 to ${maxExternalIdChars} printable ASCII characters without spaces`,
    );
  }
  return text;
}

/** A name from the file, for the report. */
const printable = (name: string) => name.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
