/**
 * The mails of this server: what each tells, which link it holds, and how long it is tried. All of them are about the
 * security of an account, so there is nothing to unsubscribe from.
 */
import type { SecretKind } from './leaked-secrets.ts';

/** When and from where something was done. */
export interface Occasion {
  /** ISO 8601. */
  readonly at: string;
  /** Address of the caller; absent if it was done on the command line or by the system. */
  readonly ip?: string | undefined;
  /** The User-Agent header; the mail names browser and system in the recipient's language. */
  readonly userAgent?: string | undefined;
  /** The language of the page, for accounts that have not chosen one. */
  readonly language?: string | undefined;
}

/** A second step or another way in. */
type FactorName = 'totp' | 'recovery_codes' | 'passkey' | 'upstream';

/** A secret that was found where others can read it. */
interface LeakedSecretFact {
  readonly kind: SecretKind;
  /** Prefix and last four characters. */
  readonly shown: string;
  /** The name of the key or the app. */
  readonly name: string;
  /** The app that the secret belongs to, or that has the connection. */
  readonly client?: string | undefined;
  /** Where it was found. */
  readonly place?: string | undefined;
  /** The app has no other secret. */
  readonly last?: boolean | undefined;
}

/** An API key: its name, its beginning and its last four characters. */
interface KeyName {
  readonly name: string;
  readonly looks: string;
}

interface BeforeAndAfter<T> {
  readonly before: T;
  readonly after: T;
}

interface KeyChange {
  readonly scope: BeforeAndAfter<readonly string[]>;
  readonly projects: BeforeAndAfter<readonly string[] | null>;
  readonly networks: BeforeAndAfter<readonly string[] | null>;
  /** ISO 8601. */
  readonly expires_at: BeforeAndAfter<string | null>;
}

/** What each kind tells. Facts are stored in clear: never a secret, code, token or link. */
export interface MailFacts {
  /** To the address of an account: confirm that it is yours. */
  verify_address: Occasion;
  /** To an address that somebody typed, whether or not it has an account. */
  reset_password: Occasion;
  /** `by`: the person with the old password, a mailed link, or an admin. */
  password_changed: Occasion & { readonly by: 'person' | 'link' | 'admin' };
  /** `how`: methods of the sign-in, as in `amr`. `app`: its name, if an app asked for it. */
  new_browser: Occasion & { readonly how: readonly string[]; readonly app?: string | undefined };
  factor_added: Occasion & { readonly factor: FactorName; readonly name?: string | undefined };
  /** `by`: the person, or an admin. `passkeys`: names of those that an admin removed, alone or with the app. */
  factor_removed: Occasion & {
    readonly factor: FactorName;
    readonly name?: string | undefined;
    readonly passkeys?: readonly string[] | undefined;
    readonly by?: 'person' | 'admin' | undefined;
  };
  passkey_added: Occasion & { readonly name: string };
  recovery_code_used: Occasion & { readonly left: number };
  /** To the old address, with a link that undoes it. */
  address_changed: Occasion & { readonly to: string };
  /** To the new address, which is confirmed by its link. */
  address_change_requested: Occasion & { readonly from: string };
  /** Many wrong guesses. Of codes, by somebody who had shown the first factor; of passwords, if `guessed` is absent. */
  account_locked: Occasion & { readonly guessed?: 'codes' | undefined };
  /** To an address without an account. `by`: the name of whoever invites; `invitation`: the id of the invitation. */
  invitation: { readonly at: string; readonly by: string; readonly invitation: string };
  /** To an address that somebody typed to make an account, whether or not it has one. */
  registration: Occasion;
  /** To an address that somebody wants to register or to move to, and that has an account already. */
  address_in_use: Occasion;
  account_deleted: Occasion;
  /** `unowned`: they belong to apps without an owner, and the mail goes to an admin. `more`: those that are not listed. */
  secrets_leaked: {
    readonly at: string;
    readonly secrets: readonly LeakedSecretFact[];
    readonly more: number;
    readonly unowned?: boolean | undefined;
  };
  /** `by`: the person, or an admin. */
  api_key_made: Occasion & KeyName & { readonly rotated: boolean; readonly by: 'person' | 'admin' };
  /**
   * What was changed, as it was and as it is: by an admin, or by the person if the key may be used from more networks (`further`). Null
   * for all projects or networks, and for no end.
   */
  api_key_changed: Occasion &
    KeyName & { readonly by: 'person' | 'admin'; readonly further: boolean } & Partial<KeyChange>;
  /** By an admin: what people do to their own keys is in their activity. */
  api_key_revoked: Occasion & KeyName;
  /** `ends`: ISO 8601. */
  api_key_ending: Occasion & KeyName & { readonly ends: string };
}

export type MailKind = keyof MailFacts;

/** A mail that waits to be sent. */
export type Mail = {
  [K in MailKind]: {
    readonly kind: K;
    readonly to: string;
    /** Absent if the recipient has no account, or if nobody may know that yet. */
    readonly accountId?: string | undefined;
    readonly facts: MailFacts[K];
    /** The language of the page, for accounts that have not chosen one. */
    readonly language?: string | undefined;
  };
}[MailKind];

export type LinkKind = 'verify' | 'reset' | 'change' | 'undo' | 'invite' | 'register';

/** The link that a mail holds, if it holds one. */
export const linkOf: Readonly<Partial<Record<MailKind, LinkKind>>> = {
  verify_address: 'verify',
  reset_password: 'reset',
  address_change_requested: 'change',
  address_changed: 'undo',
  invitation: 'invite',
  registration: 'register',
};

const [minute, hour, day] = [60, 3600, 24 * 3600];

/** From the moment when the mail is sent, so that a mail that had to wait brings a link that works. */
export const linkSeconds: Readonly<Record<LinkKind, number>> = {
  verify: day,
  reset: 30 * minute,
  change: day,
  undo: 7 * day,
  invite: 7 * day,
  register: day,
};

/**
 * An undo also removes ways in that were added this long before the change. An intruder who changes the address, to keep the
 * account, often adds a way in first.
 */
export const undoReachSeconds = 7 * day;

/**
 * Kinds of which a newer mail ends the older link. Each change of address keeps a link of its own, so that a second
 * change does not take the way back from the first owner.
 */
export const newestOnly: readonly LinkKind[] = ['verify', 'reset', 'change', 'invite', 'register'];

/** Begins each token, so that logs recognise and mask it (log/redact.ts). */
export const linkPrefix = 'vcs_ml_';
export const linkToken = /^vcs_ml_[\w-]{43}$/;

/** The path at which the link of a mail begins. */
export const linkPath: Readonly<Record<LinkKind, string>> = {
  verify: '/verify',
  reset: '/reset',
  change: '/address',
  undo: '/undo',
  invite: '/invitation',
  register: '/register',
};

/**
 * Mails that strangers can cause, to one address. A stranger who uses them up keeps nobody out: the link for a new password
 * works for half an hour, so either the mailbox has one that works, or another can be asked for.
 */
export const maxMails = { halfAnHour: 2, anHour: 3 } as const;

/** How an attempt ended. */
export const mailOutcomes = ['sent', 'retry', 'failed', 'dropped'] as const;
export type MailOutcome = (typeof mailOutcomes)[number];

const pausesSeconds = [minute, 2 * minute, 5 * minute, 10 * minute, 20 * minute, 30 * minute];
const maxPauseSeconds = hour;
/** Two days: a mail server that is down over a night and a day loses nothing. */
const maxAgeSeconds = 2 * day;

/** Returns the pause before the next attempt; undefined if the mail is too old for one. */
export function mailPauseSeconds(attemptsMade: number, ageSeconds: number): number | undefined {
  const pauseSeconds = pausesSeconds[attemptsMade - 1] ?? maxPauseSeconds;
  return ageSeconds + pauseSeconds > maxAgeSeconds ? undefined : pauseSeconds;
}
