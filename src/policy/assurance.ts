/**
 * How sure a sign-in is, from the methods that it used. Methods have the names of RFC 8176 where it has one; `rcv` is a
 * recovery code, `fed` a sign-in at another provider.
 */
const methods = ['pwd', 'otp', 'hwk', 'swk', 'user', 'mfa', 'rcv', 'fed'] as const;
export type Amr = (typeof methods)[number];

/** The levels, weakest first: one factor; two factors, or a passkey that has verified its user. */
export const acrValues = ['urn:vibecaas:acr:1', 'urn:vibecaas:acr:2'] as const;
export type Acr = (typeof acrValues)[number];

export interface Assurance {
  readonly acr: Acr;
  /** The methods without repetitions, in the order of `methods`; with `mfa` if there were two factors. */
  readonly amr: readonly Amr[];
}

/** Something that the person has. A recovery code was saved by whoever turned on the second step. */
const possessions: ReadonlySet<Amr> = new Set(['otp', 'hwk', 'swk', 'rcv']);
/** Something else: what the person knows, is, or has shown to another provider. Two of these are still one factor. */
const others: ReadonlySet<Amr> = new Set(['pwd', 'user', 'fed']);

/** `mfa` among the methods means that somebody we trust says that there were two factors. */
export function assuranceOf(used: readonly Amr[]): Assurance {
  const two = used.includes('mfa') || (used.some((one) => possessions.has(one)) && used.some((one) => others.has(one)));
  const amr = methods.filter((method) => used.includes(method) || (two && method === 'mfa'));
  return { acr: acrValues[two ? 1 : 0], amr };
}

/** Reports whether two factors are what another provider says: none of ours beside the first was shown. */
export function isTwoElsewhere(used: readonly Amr[]): boolean {
  return used.includes('mfa') && !used.some((one) => possessions.has(one));
}

/** Reports whether a sign-in of level `acr` is enough where `wanted` is asked. An unknown level meets nothing, and nothing meets it. */
export function meets(acr: string | undefined, wanted: string): boolean {
  const [has, needs] = [levelOf(acr), levelOf(wanted)];
  return needs > 0 && has >= needs;
}

const levelOf = (acr: string | undefined): number => acrValues.indexOf(acr as Acr) + 1;

/** The methods that a session or a stored sign-in lists. A node of another release may have written others. */
export function knownMethods(names: readonly string[] | undefined): Amr[] {
  return methods.filter((method) => names?.includes(method));
}
