/**
 * Decides what an actor may do to clients and accounts, for the admin API, the pages and the command line. Nobody may grant,
 * or gain control of, more powers than they have. A client or an account implies certain powers, and only actors who have
 * them may change it.
 */
import { type AdminScope, adminScopes, isAdminScope, parseScope } from './scopes.ts';

/** Admin sessions and the terminal have everything. Other callers have the scopes of their token. */
export type Powers = 'everything' | readonly string[];

/** The properties of a client that give it, or anybody who has its secret, more power than an app. */
interface PrivilegedClient {
  /** Scopes of the admin API, which anybody with the client's secret can use. */
  readonly scope?: string | null | undefined;
  readonly gateway_resource?: string | null | undefined;
  readonly exchange_resource?: string | null | undefined;
  readonly first_party?: boolean | null | undefined;
  readonly verified_at?: Date | null | undefined;
  /** The role of the owning account. */
  readonly owner_role?: string | null | undefined;
}

export type Act =
  | {
      readonly on: 'client';
      /** The client before and after the change. `before` is absent for a new client, `after` if no field changes. */
      readonly before?: PrivilegedClient;
      readonly after?: PrivilegedClient;
      /** The act is a reviewer's decision. */
      readonly verdict?: boolean;
      /** The actor owns the client. */
      readonly own?: boolean;
    }
  | {
      readonly on: 'account';
      readonly before?: { readonly role: string };
      readonly after?: { readonly role: string };
      /** The actor can sign in as the account afterwards. */
      readonly takesOver?: boolean;
      /** The clients of an account that is taken over; the actor gains access to their secrets. */
      readonly owns?: readonly PrivilegedClient[];
      /** The actor is that account. */
      readonly own?: boolean;
    }
  /** Ends secrets that were leaked, of anybody. */
  | { readonly on: 'secrets' };

/** Returns the powers that an act requires and `powers` lacks. If the list is empty, the act is allowed. */
export function missingPowers(powers: Powers, act: Act): AdminScope[] {
  if (powers === 'everything') return [];
  return powersNeeded(act).filter((power) => !powers.includes(power));
}

/** Returns every power that an act requires, in the order of `adminScopes`. */
export function powersNeeded(act: Act): AdminScope[] {
  const needed = new Set<AdminScope>(neededFor(act));
  return adminScopes.filter((scope) => needed.has(scope));
}

function neededFor(act: Act): readonly AdminScope[] {
  if (act.on === 'secrets') return ['clients:write', 'accounts:write'];
  return act.on === 'client' ? forClient(act) : forAccount(act);
}

function forClient({ before, after, verdict, own }: Extract<Act, { on: 'client' }>): AdminScope[] {
  const current = before ? powersOfClient(before) : [];
  const future = after ? powersOfClient(after) : [];
  const decided: AdminScope[] = verdict ? ['verifications:write'] : [];
  // Owners may use the powers that the client already has, but not add any.
  if (own) return [...future.filter((power) => !current.includes(power)), ...decided];
  return ['clients:write', ...current, ...future, ...decided];
}

/** Returns the powers that control of a client implies. */
function powersOfClient(client: PrivilegedClient): AdminScope[] {
  return [
    ...parseScope(client.scope ?? '').filter(isAdminScope),
    ...(client.gateway_resource || client.exchange_resource ? (['gateways:write'] as const) : []),
    ...(client.first_party ? (['first_party:write'] as const) : []),
    ...(client.verified_at ? (['verifications:write'] as const) : []),
    ...(client.owner_role === 'admin' ? (['admins:write'] as const) : []),
  ];
}

function forAccount({ before, after, takesOver, owns = [], own }: Extract<Act, { on: 'account' }>): AdminScope[] {
  const [was, becomes] = [before?.role === 'admin', after?.role === 'admin'];
  // Admins have every power, so making an admin, or signing in as one, requires every power.
  if ((becomes && !was) || (takesOver && was)) return [...adminScopes];
  if (own) return [];
  return [
    'accounts:write',
    ...(was ? (['admins:write'] as const) : []),
    ...(takesOver ? owns.flatMap((client) => powersOfClient({ ...client, owner_role: undefined })) : []),
  ];
}
