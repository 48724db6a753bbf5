import { momentFormat } from '../messages/formats.ts';
import { m } from '../messages/index.ts';
import type { Block, Fact, MailContent } from './frame.ts';

export type Occasion = { at: string; ip?: string | undefined };
type FactorName = 'totp' | 'recovery_codes' | 'passkey' | 'upstream';

type KeyName = { name: string; looks: string };

/** As it was and as it is. Null for all projects or networks, and for no end. */
type KeyChange = {
  [Field in 'scope' | 'projects' | 'networks']?:
    | { before: readonly string[] | null; after: readonly string[] | null }
    | undefined;
} & { expires_at?: { before: string | null; after: string | null } | undefined };

/** What each kind tells. */
type Facts = {
  verify_address: Occasion;
  reset_password: Occasion;
  account_locked: Occasion & { guessed?: 'codes' | undefined };
  account_deleted: Occasion;
  address_in_use: Occasion;
  password_changed: Occasion & { by: 'person' | 'link' | 'admin' };
  new_browser: Occasion & { how: readonly string[]; app?: string | undefined };
  factor_added: Occasion & { factor: FactorName; name?: string | undefined };
  factor_removed: Occasion & {
    factor: FactorName;
    name?: string | undefined;
    passkeys?: readonly string[] | undefined;
    by?: 'person' | 'admin' | undefined;
  };
  passkey_added: Occasion & { name: string };
  recovery_code_used: Occasion & { left: number };
  address_changed: Occasion & { to: string };
  address_change_requested: Occasion & { from: string };
  invitation: { at: string; by: string };
  registration: Occasion;
  secrets_leaked: { at: string; secrets: readonly LeakedSecret[]; more: number; unowned?: boolean | undefined };
  api_key_made: Occasion & KeyName & { rotated: boolean; by: 'person' | 'admin' };
  api_key_changed: Occasion & KeyName & { by: 'person' | 'admin'; further: boolean } & KeyChange;
  api_key_revoked: Occasion & KeyName;
  api_key_ending: Occasion & KeyName & { ends: string };
};

export type LeakedSecret = {
  kind: 'api_key' | 'client_secret' | 'refresh_token' | 'registration_token';
  shown: string;
  /** The name of the key or the app. */
  name: string;
  client?: string | undefined;
  place?: string | undefined;
  last?: boolean | undefined;
};

export type Kind = { [K in keyof Facts]: { kind: K; facts: Facts[K] } }[keyof Facts];

export type Addressed = {
  /** The recipient. */
  to: string;
  /** The origin of this server. */
  issuer: string;
  /** The link that the mail holds, and until when it works. */
  link?: { href: string; until: Date } | undefined;
  /** The browser in which it was done or asked for, in words. */
  browser?: string | undefined;
  /** The account has a second step, which a reset asks for. */
  secondStep?: boolean | undefined;
};

export type MailProps = Kind & Addressed;

/** The mail of one kind. */
export type MailOf<K extends Kind['kind']> = Extract<MailProps, { kind: K }>;

/** `why` is absent if the mail came because its recipient has an account. */
export type Content = Omit<MailContent, 'why' | 'never'> & { why?: string };

export const lead = (text: string, bold?: string): Block => ({
  kind: 'lead',
  text,
  ...(bold !== undefined && { bold }),
});
export const quiet = (text: string, bold?: string): Block => ({
  kind: 'quiet',
  text,
  ...(bold !== undefined && { bold }),
});
export const button = (label: string, href: string): Block => ({ kind: 'button', label, href });

/** The link as a button, and until when it works. */
export function linked({ link }: Addressed, label: string, more = ''): Block[] {
  if (!link) return [];
  return [button(label, link.href), quiet(`${m().mails.linkUntil(moment(link.until))}${more}`)];
}

export function occasion(
  { facts: { at, ip }, browser }: Addressed & { facts: Occasion },
  label: string,
  more: Fact[] = [],
): Block {
  const from = browser === undefined && ip === undefined ? [] : [{ label: m().mails.from, text: browser, code: ip }];
  return { kind: 'facts', rows: [{ label, text: moment(at) }, ...from, ...more] };
}

export const whyOf = ({ to, issuer }: Addressed): string => m().mails.hasAccount(to, hostOf(issuer));

export const hostOf = (issuer: string): string => new URL(issuer).host;

/** "24 November 2026 at 07:52 UTC": mails do not know where their readers are. */
export const moment = (at: string | Date): string => `${momentFormat().format(new Date(at))} UTC`;
