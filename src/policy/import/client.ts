/** From what a source says about a client to a registration that keeps every rule, and to what of it was left out. */
import { AppError } from '../../errors.ts';
import { clientIdProblem } from '../client/client-id.ts';
import { checkRedirectUri, dangerousSchemes, maxRedirectUris } from '../client/redirect-uris.ts';
import { completeClient } from '../client/registration.ts';
import type { ClientInput, ClientMetadata, FieldName } from '../client/schema.ts';
import { type ClientType, clientTypes } from '../client/types.ts';
import { formatScope, isApiScope, isSensitive } from '../scopes.ts';
import type { OutboundRules } from '../webhook-urls.ts';
import { type Finding, quotedAddress } from './findings.ts';
import { type MappedScopes, mapScopes, type ScopeMap, scopesOfNone } from './scope-map.ts';

/** A client as a source describes it, before any rule of ours. */
export interface ForeignClient {
  readonly clientId: string;
  readonly type: ClientType;
  readonly name: string | undefined;
  readonly authMethod: string;
  readonly grantTypes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly postLogoutUris: readonly string[];
  /** Their scopes; undefined if the source stores none with a client. */
  readonly scopes: readonly string[] | undefined;
  /** The part of `scopes` that a request gets without naming it. */
  readonly defaultScopes?: readonly string[];
  /** Scopes that mean nothing outside of their server. */
  readonly ignoredScopes?: readonly string[];
  /** Other fields, by our names. One that breaks a rule is left out. */
  readonly more?: Readonly<Partial<Record<FieldName, unknown>>>;
  readonly secrets: readonly ForeignSecret[];
  readonly disabled: boolean;
  /** What the source has and this server does not. */
  readonly findings?: readonly Finding[];
}

export interface ForeignSecret {
  /** In clear, or the hash that their server made of it. */
  readonly value: string;
  readonly isHash: boolean;
  readonly expiresAt: Date | null;
}

/** A client that can be stored. */
export interface ImportedClient {
  readonly clientId: string;
  readonly metadata: ClientMetadata;
  readonly secrets: readonly ForeignSecret[];
  readonly disabled: boolean;
}

export type ClientReading =
  | { readonly client: ImportedClient; readonly findings: readonly Finding[] }
  | { readonly leftOut: Finding; readonly clientId?: string | undefined };

export interface ClientRules {
  readonly scopes: ScopeMap;
  readonly outbound: OutboundRules;
}

/** Without one of these, a client is another one, so it is left out as a whole. */
const essential: readonly string[] = ['type', 'token_endpoint_auth_method', 'redirect_uris', 'grant_types', 'scope'];

export function readClient(foreign: ForeignClient, rules: ClientRules): ClientReading {
  const { clientId } = foreign;
  const leftOut = (finding: Finding): ClientReading => ({ leftOut: finding, clientId });
  const idProblem = clientIdProblem(clientId);
  if (idProblem) return leftOut({ reason: 'client_id', field: 'client_id', problem: idProblem });
  const findings: Finding[] = [...(foreign.findings ?? [])];
  const addresses = addressesOf(foreign, findings);
  const grants = grantTypesOf(foreign, findings);
  const scopes = scopesOf(foreign, rules.scopes, findings);
  const { interactive } = clientTypes[foreign.type];
  if (grants.length === 0) {
    return leftOut({ reason: 'no_grant_type', field: 'grant_types', problem: 'has no grant type of this server' });
  }
  if (interactive && grants.includes('authorization_code') && addresses.redirect_uris.length === 0) {
    return leftOut({ reason: 'no_redirect_uri', field: 'redirect_uris', problem: noAddress(foreign) });
  }
  if (!interactive && scopes.scope === '') {
    return leftOut({ reason: 'no_scope', field: 'scope', problem: 'has no scope of this server' });
  }
  const input = {
    client_name: foreign.name ?? clientId,
    type: foreign.type,
    token_endpoint_auth_method: foreign.authMethod,
    grant_types: grants,
    ...addresses,
    ...scopes,
    ...foreign.more,
  };
  const metadata = complete(input, clientId, rules, findings);
  if ('problem' in metadata) return leftOut({ reason: 'invalid', ...metadata });
  const { secrets, disabled } = foreign;
  return { client: { clientId, metadata, secrets, disabled }, findings };
}

/** Completes the registration without what breaks a rule, if the client is the same without it. */
function complete(
  input: Record<string, unknown>,
  clientId: string,
  { outbound }: ClientRules,
  findings: Finding[],
): ClientMetadata | { field?: string; problem: string } {
  try {
    return completeClient(input as ClientInput, { outbound });
  } catch (error) {
    if (!(error instanceof AppError) || error.details === undefined) throw error;
    const problems = Object.entries(error.details).map(([field, problem]) => ({ field, problem: String(problem) }));
    const grave = problems.find(({ field }) => essential.includes(field) || !(field in input));
    if (grave) return grave;
    const unnamed = problems.find(({ field }) => field === 'client_name' && input.client_name === clientId);
    if (unnamed) return unnamed;
    const rest = { ...input };
    for (const { field, problem } of problems) {
      findings.push({ reason: 'field', field, problem });
      delete rest[field];
    }
    return complete({ client_name: clientId, ...rest }, clientId, { outbound, scopes: new Map() }, findings);
  }
}

function addressesOf({ type, redirectUris, postLogoutUris }: ForeignClient, findings: Finding[]) {
  const keep = (field: FieldName, uris: readonly string[]) =>
    clientTypes[type].interactive ? keptAddresses(uris, type, field, findings) : [];
  return {
    redirect_uris: keep('redirect_uris', redirectUris),
    post_logout_redirect_uris: keep('post_logout_redirect_uris', postLogoutUris),
  };
}

function keptAddresses(
  uris: readonly string[],
  type: ClientType,
  field: FieldName,
  findings: Finding[],
): readonly string[] {
  const kept: string[] = [];
  for (const uri of new Set(uris)) {
    const problem = kept.length === maxRedirectUris ? `is more than ${maxRedirectUris}` : checkRedirectUri(uri, type);
    if (problem === undefined) kept.push(uri);
    else findings.push({ reason: 'redirect_uri', field, problem: `${quotedAddress(uri)} ${problem}` });
  }
  return kept;
}

function noAddress({ redirectUris }: ForeignClient): string {
  if (redirectUris.length === 0) return 'has no redirect URI';
  const dangerous = redirectUris.find((uri) => dangerousSchemes.test(uri));
  const which = dangerous ?? redirectUris[0] ?? '';
  return `has no redirect URI that is allowed here, only such as ${quotedAddress(which)}`;
}

function grantTypesOf({ type, grantTypes }: ForeignClient, findings: Finding[]): string[] {
  const rules = clientTypes[type];
  const allowed = [...rules.grantTypes, ...rules.otherGrantTypes];
  for (const grantType of new Set(grantTypes)) {
    if (allowed.includes(grantType)) continue;
    findings.push({
      reason: 'grant_type',
      field: 'grant_types',
      problem: `${JSON.stringify(grantType)} is not allowed`,
    });
  }
  return allowed.filter((grantType) => grantTypes.includes(grantType));
}

/** A request that names no scope gets the default ones, but never those that change something or cost money. */
function scopesOf(
  { scopes, defaultScopes = [], ignoredScopes, type }: ForeignClient,
  map: ScopeMap,
  findings: Finding[],
) {
  const mapped: MappedScopes =
    scopes === undefined ? { ours: scopesOfNone(map), unknown: [] } : mapScopes(scopes, map, ignoredScopes);
  for (const scope of mapped.unknown) {
    findings.push({
      reason: 'scope',
      field: 'scope',
      problem: `${JSON.stringify(scope.slice(0, 100))} is not known here`,
    });
  }
  const ceiling = mapped.ours.filter(isApiScope);
  const defaults = mapScopes(defaultScopes, map).ours.filter((scope) => isApiScope(scope) && !isSensitive(scope));
  const isInteractive = clientTypes[type].interactive;
  return { scope: formatScope(ceiling), default_scope: isInteractive ? formatScope(defaults) : '' };
}

const privateScheme = /^(?!https?:)[a-z][a-z\d+.-]*:/i;

/** What a client without a secret is: native if only a program on a device can receive its answers, otherwise in a browser. */
export function publicType(redirectUris: readonly string[], grantTypes: readonly string[]): ClientType {
  const own = redirectUris.some((uri) => privateScheme.test(uri) && !dangerousSchemes.test(uri));
  return own || grantTypes.some((grantType) => grantType.endsWith(':device_code')) ? 'native' : 'spa';
}
