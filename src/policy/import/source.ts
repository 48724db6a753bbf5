/** What every source has in common: where its file keeps clients and accounts, and what each becomes. */
import type { LeftOut } from '../account-import.ts';
import type { ForeignClient } from './client.ts';
import type { Fields } from './fields.ts';
import type { Finding } from './findings.ts';

export const sourceNames = ['keycloak', 'hydra', 'auth0', 'logto'] as const;
export type SourceName = (typeof sourceNames)[number];

export type EntryKind = 'client' | 'account';

/** An account as a line of `vcauth accounts import`, and what of it stays behind. */
export type AccountReading =
  | { readonly line: Fields; readonly without: readonly LeftOut[] }
  | { readonly leftOut: LeftOut };

/** What a person has allowed a client, by the ids of the source. */
export interface ForeignConsent {
  readonly externalId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
}

export interface Source {
  readonly title: string;
  /** What its file must be, to be read on after “must be”. */
  readonly wanted: string;
  /** Lists under names at the top of the file. */
  readonly lists: Readonly<Record<string, EntryKind>>;
  /** Says what an entry is that stands at the top of the file, alone or in a list; undefined if it is neither. */
  readonly kindOf?: (entry: Fields) => EntryKind | undefined;
  readonly client: (entry: Fields, now: Date) => ForeignClient | { leftOut: Finding; clientId?: string | undefined };
  readonly account?: (entry: Fields, now: Date) => AccountReading;
  /** What the person of an account entry has allowed. */
  readonly consents?: (entry: Fields) => readonly ForeignConsent[];
  /** Scopes that mean nothing outside of it. */
  readonly ignoredScopes?: readonly string[];
}
