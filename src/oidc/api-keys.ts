/** What gateways are told about API keys: by introspection of one (RFC 7662), and of many at once (web/oauth/api-keys). */
import type { Client } from 'oidc-provider';
import { AppError } from '../errors.ts';
import { hasFormOfApiKey, scopeOfKey } from '../policy/api-keys.ts';
import { resourcesOf } from '../policy/resources.ts';
import { introspectApiKeys } from '../store/api-keys.ts';
import type { Db } from '../store/database.ts';
import { sha256 } from '../store/sealer.ts';

export interface ApiKeyDeps {
  readonly db: Db;
  readonly issuer: string;
  /** The API, for which all keys are. */
  readonly audience: string;
  /** Whether test keys may generate. */
  readonly aiInTest: boolean;
}

/** An answer of introspection. */
export type KeyAnswer = { readonly active: false } | Readonly<Record<string, unknown>>;

export const inactive: KeyAnswer = { active: false };

/** Only gateways of the API see keys: a key belongs to no client. */
export function mayIntrospectApiKeys(client: Client, audience: string): boolean {
  return client.clientAuthMethod !== 'none' && resourcesOf(client.gateway_resource ?? '').includes(audience);
}

/** SHA-256 of a text that can be a key. */
export function hashOfApiKey(text: string): Buffer | undefined {
  return hasFormOfApiKey(text) ? sha256(text) : undefined;
}

export interface KeyAnswers {
  /** In the order of the hashes. */
  readonly answers: readonly KeyAnswer[];
  /** The current revision of the client that asks; null if it is gone or disabled. */
  readonly askerRevision: string | null;
}

/** Takes one statement for all keys. @throws AppError unavailable on a standby */
export async function describeApiKeys(
  deps: ApiKeyDeps,
  hashes: readonly Buffer[],
  askerId: string,
): Promise<KeyAnswers> {
  const { db, issuer: iss, audience: aud, aiInTest } = deps;
  const { keys, askerRevision, standby } = await introspectApiKeys(db, hashes, askerId);
  if (standby) throw new AppError('unavailable', 'Keys can’t be read from a standby');
  const known = new Map(keys.map((key) => [key.hash, key]));
  const answers = hashes.map((hash): KeyAnswer => {
    const key = known.get(hash.toString('base64url'));
    if (!key) return inactive;
    const { id: key_id, account_id: sub, environment, tier, projects, networks, expires_at: end } = key;
    return {
      active: true,
      token_type: 'api_key',
      iss,
      aud,
      sub,
      scope: scopeOfKey(key.scope, environment, aiInTest),
      tier,
      key_id,
      environment,
      ...(end !== null && { exp: Math.floor(end) }),
      ...(projects && { projects }),
      ...(networks && { networks }),
    };
  });
  return { answers, askerRevision };
}
