/** The four types of client and what each may be: safe by default, and unable to be what makes no sense. */

import { deviceGrantType } from '../device-codes.ts';

export const clientTypeNames = ['web', 'spa', 'native', 'service'] as const;

export type ClientType = (typeof clientTypeNames)[number];

/** How a client authenticates at the token endpoint (RFC 7591 §2, `token_endpoint_auth_method`). */
export const authMethods = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'workload_identity',
] as const;

type AuthMethod = (typeof authMethods)[number];

/** The `aud` of a client's assertions: the issuer alone (rfc7523bis §4), or also an address of an endpoint (RFC 7523 §3). */
export const assertionAudiences = ['issuer', 'endpoint'] as const;

export interface ClientTypeRules {
  /** People sign in to it: by a redirect URI, or by the code of a device. */
  readonly interactive: boolean;
  /** Grant types (RFC 6749 §1.3) by default, and what else may be registered. */
  readonly grantTypes: readonly string[];
  readonly otherGrantTypes: readonly string[];
  /** The first is the default. */
  readonly authMethods: readonly [AuthMethod, ...AuthMethod[]];
}

const byCode = ['authorization_code', 'refresh_token'];
/** The registered methods that prove who the client is. A workload identity is ours: on the wire it is `private_key_jwt`. */
export const confidentialAuthMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
/** The registered methods: all that the engine knows. */
export const engineAuthMethods = ['none', ...confidentialAuthMethods] as const;

export const clientTypes: Readonly<Record<ClientType, ClientTypeRules>> = {
  /** Has a server of its own, which can keep a secret. */
  web: {
    interactive: true,
    grantTypes: byCode,
    otherGrantTypes: ['client_credentials', deviceGrantType],
    authMethods: [...confidentialAuthMethods, 'none'],
  },
  /** Runs in a browser: everybody can read what it knows. */
  spa: { interactive: true, grantTypes: byCode, otherGrantTypes: [], authMethods: ['none'] },
  /** Runs on people's devices (RFC 8252). A secret inside it is public, unless each copy has its own. */
  native: {
    interactive: true,
    grantTypes: byCode,
    otherGrantTypes: [deviceGrantType],
    authMethods: ['none', ...confidentialAuthMethods],
  },
  /** A program that acts for itself. A gateway is one too. */
  service: {
    interactive: false,
    grantTypes: ['client_credentials'],
    otherGrantTypes: [],
    authMethods: [...confidentialAuthMethods, 'workload_identity'],
  },
};

/** Whether clients of this type can ever get tokens for themselves (RFC 6749 §4.4). */
export function canActForItself(type: ClientType): boolean {
  const { grantTypes, otherGrantTypes } = clientTypes[type];
  return [...grantTypes, ...otherGrantTypes].includes('client_credentials');
}
