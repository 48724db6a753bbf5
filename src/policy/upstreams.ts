/** Other providers at which people sign in, and what their word is worth here. */
import type { Amr } from './assurance.ts';

export const upstreamIcons = ['card', 'github', 'own'] as const;
export type UpstreamIcon = (typeof upstreamIcons)[number];

/** A provider as the operator describes it in UPSTREAMS. */
export interface Upstream {
  /** Stands in the addresses of its sign-ins. */
  readonly name: string;
  /** `github` is OAuth without OpenID Connect, as GitHub and GitHub Enterprise speak it. */
  readonly kind: 'oidc' | 'github';
  /** Exactly as the provider spells it. Together with a subject it is an identity, so it must not change. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Undefined: whichever the provider lists first of those that we support. */
  readonly authMethod: 'client_secret_basic' | 'client_secret_post' | undefined;
  readonly scopes: readonly string[];
  /** What people call it. */
  readonly title: string;
  readonly icon: UpstreamIcon;
  /** Whether an address that the provider calls verified was shown to belong to the person. */
  readonly trustEmail: boolean;
  /** Whether two factors at the provider count as two factors here. */
  readonly trustMfa: boolean;
  /** Whether its identity assertions (ID-JAG) allow apps for the people who sign in with it. */
  readonly enterprise: boolean;
}

/** A person at a provider, as it has just told. Only issuer and subject identify anybody. */
export interface UpstreamIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  /** What the person recognises the identity by, on the security page. */
  readonly label: string | undefined;
  /** The provider says that there were two factors. */
  readonly mfa: boolean;
  /** When the person has shown who they are there, in epoch seconds, if the provider tells. */
  readonly authTime: number | undefined;
}

/**
 * The methods of a sign-in with this provider. `user` says that the person was there: the provider was told to ask them, and does
 * not say that it didn't. Without it, its session may have answered alone.
 */
export function upstreamMethods(
  { trustMfa }: Upstream,
  { mfa }: UpstreamIdentity,
  { askAgain }: { askAgain: boolean },
): readonly Amr[] {
  return ['fed', ...(askAgain ? (['user'] as const) : []), ...(trustMfa && mfa ? (['mfa'] as const) : [])];
}

/** Whether a provider may call somebody that (OpenID Connect Core §2). Another text could be stored as the subject of somebody else. */
export const isSubject = (text: unknown): text is string =>
  typeof text === 'string' && /^[\x20-\x7e]{1,255}$/.test(text);

const maxLabelChars = 100;

/** A text of the provider as the security page can show it; undefined if nothing of it can be read. */
export function labelOf(text: string | undefined): string | undefined {
  const visible = [...(text ?? '').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').trim()].slice(0, maxLabelChars).join('');
  return visible === '' ? undefined : visible;
}

/** The person's address, if it was shown to belong to them: the provider says so, and we believe it. */
export function provenEmail({ trustEmail }: Upstream, { email, emailVerified }: UpstreamIdentity): string | undefined {
  return trustEmail && emailVerified ? email : undefined;
}

/** Our address is the clock of reference; those of providers may differ by this much. */
export const clockToleranceSeconds = 60;

/**
 * Whether the person has shown who they are since `began` (epoch milliseconds), as far as the provider tells. Not all tell when
 * it was; then they were asked with `prompt=login`, and that has to do.
 */
export function wasAskedAgain({ authTime }: UpstreamIdentity, began: number): boolean {
  return authTime === undefined || authTime >= began / 1000 - clockToleranceSeconds;
}

/** How long somebody may take at the provider. */
export const upstreamSignInSeconds = 600;
