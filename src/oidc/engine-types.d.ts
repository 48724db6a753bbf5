/**
 * Completes the types of oidc-provider: our own metadata on its clients, and members that it has but does not declare.
 * test/oidc/patches/seams.test.ts checks that the installed engine has each of them.
 */
import type { JWK as PublicKey } from 'jose';
import type { OwnClientMetadata } from './client-metadata.ts';

declare module 'oidc-provider' {
  /** The engine keeps the `extraClientMetadata` of its configuration on its client objects, under the same names. */
  interface Client extends OwnClientMetadata {
    readonly asymmetricKeyStore: KeyStore;
    /** Whether its codes, and so its ID tokens, have a `sid`. */
    includeSid(): boolean;
  }

  interface ClientMetadata extends Partial<OwnClientMetadata> {}

  /** The keys of a client: those that it registered, or those at its `jwks_uri`. */
  interface KeyStore extends Iterable<PublicKey> {
    /** Until when keys from an address need not be read again (epoch seconds). */
    freshUntil?: number;
    stale(): boolean;
    /** Reads them, if they are stale. */
    refresh(): Promise<void>;
  }

  /** Our `findAccount` returns this account to the engine, which keeps it among the entities of a request. */
  interface Account {
    readonly tier?: string;
  }

  interface OIDCContext {
    /** How an authorization request is answered: `query`, `fragment`, `form_post`. */
    readonly responseMode: string;
    /** What RFC 7523 §3 accepts as `aud` of an assertion: the issuer, the token endpoint, this endpoint. */
    clientJwtAuthExpectedAudience(): Set<string>;
  }

  interface Interaction {
    /** The id of the pushed request that it began with. */
    readonly parJti?: string;
  }

  interface RefreshToken {
    /** The engine calls it when it first saves a token. */
    generateTokenId(): string;
  }

  interface Session {
    /** The value of the cookie; the same as `jti`. */
    readonly id: string;
    /** The previous id, while the session gets a new one. */
    readonly oldId?: string;
    /** The `sid` of the session for a client. */
    sidFor(clientId: string, value?: string): string | undefined;
    /** What it hands to the adapter when it is saved. */
    getValueAndPayload(): Promise<{ readonly payload: AdapterPayload }>;
  }
}
