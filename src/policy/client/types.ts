/** The four kinds of client and what each may be: safe by default, and unable to be what makes no sense. */
import type { ClientType } from './redirect-uris.ts';

export type AuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';

export interface ClientTypeRules {
  /** People sign in to it, so it has redirect URIs. */
  readonly people: boolean;
  /** Grant types (RFC 6749 §1.3) by default, and what else may be registered. */
  readonly grantTypes: readonly string[];
  readonly otherGrantTypes: readonly string[];
  /** Ways to authenticate at the token endpoint, the default first. */
  readonly authMethods: readonly [AuthMethod, ...AuthMethod[]];
}

const byCode = ['authorization_code', 'refresh_token'];
const confidential = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;

export const clientTypes: Readonly<Record<ClientType, ClientTypeRules>> = {
  /** Has a server of its own, which can keep a secret. */
  web: {
    people: true,
    grantTypes: byCode,
    otherGrantTypes: ['client_credentials'],
    authMethods: [...confidential, 'none'],
  },
  /** Runs in a browser: whatever it knows, everybody knows. */
  spa: { people: true, grantTypes: byCode, otherGrantTypes: [], authMethods: ['none'] },
  /** Runs on people's devices (RFC 8252). It cannot keep a secret, unless each copy has its own. */
  native: { people: true, grantTypes: byCode, otherGrantTypes: [], authMethods: ['none', ...confidential] },
  /** A program that acts for itself, a gateway among them. */
  service: { people: false, grantTypes: ['client_credentials'], otherGrantTypes: [], authMethods: [...confidential] },
};
