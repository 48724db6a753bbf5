/**
 * What the types of oidc-provider lack of what we use: our own metadata on its clients, and members that it has and does not
 * declare. test/oidc/engine-types.test.ts finds each of them in the engine that is installed.
 */
import type { OwnClientMetadata } from './client-metadata.ts';

declare module 'oidc-provider' {
  /** `extraClientMetadata` of the configuration: the engine keeps it on its clients under the same names. */
  interface Client extends OwnClientMetadata {}
  interface ClientMetadata extends Partial<OwnClientMetadata> {}

  /** `findAccount` gives the engine this account, and gets it back among the entities of a request. */
  interface Account {
    readonly tier?: string;
  }

  interface RefreshToken {
    /** Called when a token is saved for the first time. */
    generateTokenId(): string;
  }

  interface Session {
    /** The value of the cookie; the same as `jti`. */
    readonly id: string;
    /** Set while the session gets a new id: the one before. */
    readonly oldId?: string;
  }
}
