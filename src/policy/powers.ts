/**
 * What an actor may do to clients and accounts: one decision for the admin API, the pages and the command line. Nobody hands on,
 * or takes over, more than they have. A client or an account is worth certain powers; only who holds them may touch it.
 */
import { type AdminScope, adminScopes, isAdminScope, parseScope } from './scopes.ts';

/** All of them: an admin's session and the terminal. Else the scopes of the caller's token. */
export type Powers = 'everything' | readonly string[];

/** What of a client gives it, or the person who holds its secret, more than an app has. */
interface ClientRank {
  /** Scopes of the admin API: whoever gets hold of the client's secret can use them. */
  readonly scope?: string | null | undefined;
  readonly gateway_resource?: string | null | undefined;
  readonly first_party?: boolean | null | undefined;
  readonly verified_at?: Date | null | undefined;
  /** The role of the account that owns it. */
  readonly owner_role?: string | null | undefined;
}

export type Act =
  | {
      readonly on: 'client';
      /** As it is, and as it is to be; one of them for a new client, or when nothing about it changes. */
      readonly before?: ClientRank;
      readonly after?: ClientRank;
      /** A reviewer's decision. */
      readonly verdict?: boolean;
      /** By the person who owns it. */
      readonly own?: boolean;
    }
  | {
      readonly on: 'account';
      readonly before?: { readonly role: string };
      readonly after?: { readonly role: string };
      /** Whoever does this can sign in as the account afterwards. */
      readonly takesOver?: boolean;
      /** The clients that the account owns, where it is taken over: their secrets go with it. */
      readonly owns?: readonly ClientRank[];
      /** By that person. */
      readonly own?: boolean;
    };

/** The powers that an act needs and `powers` lacks; none when it is allowed. */
export function missingPowers(powers: Powers, act: Act): AdminScope[] {
  if (powers === 'everything') return [];
  return powersNeeded(act).filter((power) => !powers.includes(power));
}

/** Every power that an act needs, in the order of `adminScopes`. */
export function powersNeeded(act: Act): AdminScope[] {
  const needed = new Set<AdminScope>(act.on === 'client' ? forClient(act) : forAccount(act));
  return adminScopes.filter((scope) => needed.has(scope));
}

function forClient({ before, after, verdict, own }: Extract<Act, { on: 'client' }>): AdminScope[] {
  const held = before ? powersOfClient(before) : [];
  const wanted = after ? powersOfClient(after) : [];
  const decided: AdminScope[] = verdict ? ['verifications:write'] : [];
  // The owner uses what the client has already, and cannot add to it.
  if (own) return [...wanted.filter((power) => !held.includes(power)), ...decided];
  return ['clients:write', ...held, ...wanted, ...decided];
}

/** What a client is worth. */
function powersOfClient(client: ClientRank): AdminScope[] {
  return [
    ...parseScope(client.scope ?? '').filter(isAdminScope),
    ...(client.gateway_resource ? (['gateways:write'] as const) : []),
    ...(client.first_party ? (['first_party:write'] as const) : []),
    ...(client.verified_at ? (['verifications:write'] as const) : []),
    ...(client.owner_role === 'admin' ? (['admins:write'] as const) : []),
  ];
}

function forAccount({ before, after, takesOver, owns = [], own }: Extract<Act, { on: 'account' }>): AdminScope[] {
  const [was, becomes] = [before?.role === 'admin', after?.role === 'admin'];
  // An admin may do everything: who makes one, or signs in as one, gets every power.
  if ((becomes && !was) || (takesOver && was)) return [...adminScopes];
  if (own) return [];
  return [
    'accounts:write',
    ...(was ? (['admins:write'] as const) : []),
    ...(takesOver ? owns.flatMap((client) => powersOfClient({ ...client, owner_role: undefined })) : []),
  ];
}
