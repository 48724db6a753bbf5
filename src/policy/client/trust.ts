/**
 * Trust by which a client gets tokens while nobody is there: workloads, keys, the resources that it exchanges for, and organisations.
 * Such a token names the trust in `derived_from`, as if that were a token that it came from. When an admin takes something of it,
 * the name is revoked, and with it every earlier token, at gateways too. What the client still may, it gets with its next request.
 */
import { isDeepStrictEqual } from 'node:util';
import { parseScope } from '../scopes.ts';

/** An access token lives one hour; one more hour allows for clocks and nodes that lag behind. */
export const trustEndsAfterSeconds = 2 * 3600;

interface Trusted {
  /** Separated by spaces. */
  readonly scope: string;
  readonly grant_types: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly jwks: unknown;
  readonly jwks_uri: string | null;
  readonly workload_identities: readonly unknown[];
  readonly gateway_resource: string | null;
  readonly exchange_resource: string | null;
  readonly id_jag_issuers: string | null;
}

/** `epoch` counts how often something was taken. */
export const trustName = (clientId: string, epoch: number): string => `trust ${epoch} ${clientId}`;

/** Whether the client may less than before without a person. Additions take nothing. */
export function losesTrust(before: Trusted, after: Trusted): boolean {
  return taken.some(([of, list]) => of(before) && isLess(list(before), list(after)));
}

type Facts = (client: Trusted) => readonly unknown[];

const words = (list: string | null): string[] => parseScope(list ?? '');
const keysOf = ({ jwks, jwks_uri: uri }: Trusted): readonly unknown[] => [
  ...((jwks as { keys?: unknown[] } | null)?.keys ?? []),
  ...(uri === null ? [] : [uri]),
];
const usesMethod = (method: string) => (client: Trusted) =>
  client.token_endpoint_auth_method === method && client.grant_types.includes('client_credentials');

/** Clients that have it, and what of it may be taken. */
const taken: readonly (readonly [of: (client: Trusted) => boolean, list: Facts])[] = [
  [exchanges, ({ exchange_resource: list }) => words(list)],
  [exchanges, ({ gateway_resource: list }) => words(list)],
  // A token that it passed on to another service has a scope that was within its own.
  [exchanges, ({ scope }) => words(scope)],
  [({ id_jag_issuers: issuers }) => issuers !== null, ({ id_jag_issuers: list }) => words(list)],
  [usesMethod('workload_identity'), ({ workload_identities: list }) => list],
  [usesMethod('private_key_jwt'), keysOf],
  [assertsItself, ({ token_endpoint_auth_method: method, grant_types: grants }) => [method, ...grants]],
];

function exchanges({ exchange_resource: resource }: Trusted): boolean {
  return resource !== null;
}

function assertsItself(client: Trusted): boolean {
  return usesMethod('workload_identity')(client) || usesMethod('private_key_jwt')(client);
}

const isLess = (had: readonly unknown[], has: readonly unknown[]): boolean =>
  had.some((one) => !has.some((other) => isDeepStrictEqual(one, other)));
