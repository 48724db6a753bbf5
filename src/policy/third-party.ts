/**
 * What holds for apps that nobody registered. A rule for one client goes before the rule for the host of its document, and that
 * before the server's default. Pure.
 */
import { isUnregistered, type RegistrationType } from './client/registration-types.ts';

/** `allow`: people decide. `ask`: an admin allows the app first. `block`: nothing of it works. */
export const thirdPartyPolicies = ['allow', 'ask', 'block'] as const;

export type ThirdPartyPolicy = (typeof thirdPartyPolicies)[number];

/** What a rule is about. The value of a host has its normal form. */
export interface RuleSubject {
  readonly kind: 'client' | 'host';
  readonly value: string;
}

/** Returns what holds for a client. The default is about apps that nobody has looked at: a verified one is allowed. */
export function policyFor(
  client: {
    readonly registration_type?: RegistrationType | undefined;
    readonly third_party_policy: ThirdPartyPolicy | null;
    readonly verified_at: Date | null;
  },
  otherwise: ThirdPartyPolicy,
): ThirdPartyPolicy {
  if (!isUnregistered(client)) return 'allow';
  return client.third_party_policy ?? (client.verified_at ? 'allow' : otherwise);
}

const maxHostChars = 253;

/**
 * The one form of a host: lower case, punycode, without port and final dot. Undefined if it is not the name of a host. Whatever the
 * port, it is the same machine, and one name stands for all of its ports.
 */
export function normalHost(typed: string): string | undefined {
  const text = typed.trim();
  if (text === '' || /[\s/?#@\\%]/.test(text)) return undefined;
  const host = URL.parse(`https://${text}/`)?.hostname.replace(/\.$/, '');
  return host && host.length <= maxHostChars && isName.test(host) && !host.includes('..') ? host : undefined;
}

/** A name, or an IPv6 address. URLs accept more, such as `*`, which would be a rule that never holds. */
const isName = /^(?:[a-z\d_-][a-z\d._-]*|\[[a-f\d:]+\])$/;

/** The host of the document that a client id names; undefined for any other client id. */
export function hostOfClient(clientId: string): string | undefined {
  if (!clientId.startsWith('https://')) return undefined;
  return URL.parse(clientId)?.hostname.replace(/\.$/, '');
}

/** The `error_description` of every request of a blocked app. */
export const blockedText = 'this app is blocked by an admin of this server';

/** How many people are counted who wait for one app, and for how many apps one person may wait. */
export const requestBounds = { people: 100, apps: 20 } as const;

/** A request that nobody has answered after this many days no longer counts. */
export const requestDays = 30;
