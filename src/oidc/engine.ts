/**
 * The engine as one middleware. Its Provider is replaced when the signing keys change; sessions, codes and tokens are
 * in the database, so nothing is lost.
 */

import type Keygrip from 'keygrip';
import type { Context, Middleware, Next } from 'koa';
import compose from 'koa-compose';
import type { Provider } from 'oidc-provider';
import type { ClientDocuments } from '../operations/client-documents.ts';
import type { VerifyForeignSecret } from '../operations/foreign-secrets.ts';
import { createRefreshTokens } from '../operations/refresh-token.ts';
import { type KeyRing, loadOrCreateKeyRing, type SigningKey } from '../operations/signing-keys.ts';
import type { keyFetch } from '../outbound/key-fetch.ts';
import type { Outbound } from '../outbound/request.ts';
import type { ApiResource } from '../policy/resources.ts';
import type { ThirdPartyPolicy } from '../policy/third-party.ts';
import type { Database } from '../store/database.ts';
import { isDistributed } from '../store/distribution.ts';
import type { Sealer } from '../store/sealer.ts';
import { type AccessTokenVerifier, accessTokenVerifier } from './access-token.ts';
import { createAdapter } from './adapter/index.ts';
import { type ClientCache, createClientCache } from './client-cache.ts';
import { readDocumentBefore } from './hooks/client-documents.ts';
import type { PublicLinks } from './hooks/discovery.ts';
import { dpopNonceSecret } from './hooks/dpop.ts';
import { createProvider } from './provider.ts';
import { createStatusClaims } from './status-claims.ts';
import type { VerifyWorkload } from './workload-token.ts';

export interface EngineOptions extends PublicLinks {
  readonly issuer: string;
  readonly resources: readonly [ApiResource, ...ApiResource[]];
  readonly aiInTest: boolean;
  readonly dynamicRegistration: 'open' | 'closed';
  readonly clientIdMetadataDocuments: 'on' | 'off';
  readonly thirdPartyPolicy: ThirdPartyPolicy;
  readonly unverifiedPeopleLimit: number;
  readonly accountMfa: 'optional' | 'required';
  readonly db: Database;
  readonly sealer: Sealer;
  readonly cookieKeys: Keygrip;
  readonly trustProxy: boolean;
  readonly refreshLeewaySeconds: number;
  readonly onSecretUse: (secretId: string) => void;
  /** Verifies a secret of which only the hash of another server is known. */
  readonly verifyForeignSecret: VerifyForeignSecret;
  /** Reads a client's `jwks_uri`, which is an address that strangers choose. */
  readonly fetchKeys: ReturnType<typeof keyFetch>;
  /** Reads the documents of clients whose id is a URL. Loaded with the first one. */
  readonly documents: () => Promise<ClientDocuments>;
  /** Issuers of organisations whose identity assertions are accepted. */
  readonly enterpriseIssuers: readonly string[];
  /** Audiences whose access tokens have a place in a Token Status List. */
  readonly statusListResources: readonly string[];
  /** Reads the keys of issuers whose workloads are trusted. */
  readonly outbound: Outbound;
}

export interface Engine {
  readonly middleware: Middleware;
  readonly provider: () => Provider;
  readonly keys: () => readonly SigningKey[];
  readonly verifyAccessToken: AccessTokenVerifier;
  readonly clients: ClientCache;
  /** When the signing keys were last read, in epoch milliseconds. */
  readonly keysReadAtMs: () => number;
  /** Reads the signing keys again. Requests under way finish with the old ones. */
  reloadKeys(): Promise<void>;
}

/** Differs if the keys or their states do. */
const versionOf = ({ published, forHints }: KeyRing): string =>
  JSON.stringify([published.map(({ kid, state }) => [kid, state]), forHints.map(({ kid }) => kid)]);

export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { db, sealer, issuer } = options;
  const clients = createClientCache(db, options.thirdPartyPolicy);
  const refreshTokens = createRefreshTokens(sealer);
  const distributed = await isDistributed(db);
  const adapter = createAdapter({
    db,
    sealer,
    clients,
    refreshTokens,
    refreshLeewaySeconds: options.refreshLeewaySeconds,
  });
  const readDocument = readDocumentBefore({
    clients,
    documents: options.documents,
    off: options.clientIdMetadataDocuments === 'off',
  });
  const nonceSecret = dpopNonceSecret(sealer);
  const statusClaims = createStatusClaims(db, options);
  const verifyAccessToken = accessTokenVerifier(issuer, () => current.keys);
  const verifyWorkload = verifyWhenAsked(options.outbound);
  const build = (ring: KeyRing) => {
    const provider = createProvider({
      ...options,
      adapter,
      clients,
      readDocument,
      refreshTokens,
      isDistributed: distributed,
      verifyAccessToken,
      verifyWorkload,
      statusClaims,
      ring,
      dpopNonceSecret: nonceSecret,
    });
    return {
      keys: ring.published,
      version: versionOf(ring),
      provider,
      run: compose(provider.middleware as Middleware[]),
    };
  };
  let current = build(await loadOrCreateKeyRing(db, sealer));
  let keysReadAtMs = Date.now();
  return {
    middleware: (ctx: Context, next: Next) => current.run(ctx, next),
    provider: () => current.provider,
    keys: () => current.keys,
    keysReadAtMs: () => keysReadAtMs,
    verifyAccessToken,
    clients,
    async reloadKeys() {
      const beganAtMs = Date.now();
      const ring = await loadOrCreateKeyRing(db, sealer);
      keysReadAtMs = beganAtMs;
      // Keys are read every half minute, and building the engine takes long.
      if (versionOf(ring) !== current.version) current = build(ring);
    },
  };
}

/** Few servers have such a client, so what checks its tokens is loaded with the first of them. */
function verifyWhenAsked(outbound: Outbound): VerifyWorkload {
  let verifier: Promise<VerifyWorkload> | undefined;
  return async (presented) => {
    verifier ??= import('./workload-token.ts').then(({ workloadVerifier }) => workloadVerifier(outbound));
    return (await verifier)(presented);
  };
}
