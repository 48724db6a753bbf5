/** How a client authenticates, its keys, its grant types, what signs its ID tokens, and how it may refresh. See field.ts. */

import { z } from 'zod';
import { resourcesOf } from '../resources.ts';
import { signingAlgorithms } from '../signing-algorithms.ts';
import { checkFetchedAddress, checkHttpsAddress } from '../web-addresses.ts';
import { address, field, interactive, list, text, wholeNumber } from './field.ts';
import { clientProfiles } from './profiles.ts';
import { assertionAudiences, authMethods, type ClientTypeRules } from './types.ts';
import { checkWorkloadIdentities, maxWorkloadIdentities, workloadIdentitySchema } from './workload-identities.ts';

/** Resources with spaces between them, each once, in their canonical form. */
const resources = text(2000)
  .overwrite((named) => [...new Set(resourcesOf(named))].join(' '))
  .nullable();

/** As for `API_RESOURCE`: a gateway on a developer's own machine. */
const localHttp = /^http:\/\/(?=(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))/;

function checkResources(named: string): string | undefined {
  return resourcesOf(named)
    .map((one) => checkHttpsAddress(one.replace(localHttp, 'https://')))
    .find(isProblem);
}

const isProblem = (problem: string | undefined) => problem !== undefined;

/** What the fields of a service that name resources have in common. */
const ofServices = {
  control: 'line',
  section: 'authentication',
  appliesTo: (rules: ClientTypeRules) => !rules.interactive,
  setBy: 'admin',
  review: 'ignored',
  problem: checkResources,
} as const;

const hasKeys = (rules: ClientTypeRules) => rules.authMethods.includes('private_key_jwt');
const trustsWorkloads = (rules: ClientTypeRules) => rules.authMethods.includes('workload_identity');

export const authenticationFields = {
  token_endpoint_auth_method: field(z.enum(authMethods), {
    label: 'How it proves itself',
    phrase: 'authentication',
    hint: 'A secret is shown once, after you save.',
    flag: { name: 'auth-method', doc: 'how it authenticates at the token endpoint' },
    control: 'choice',
    section: 'authentication',
    question: 7,
    setBy: 'admin',
    review: 'shown',
    initial: (rules) => rules.authMethods[0],
  }),
  id_token_signed_response_alg: field(z.enum(signingAlgorithms), {
    label: 'ID tokens signed by',
    phrase: 'algorithm of ID tokens',
    hint: '`RS256` for libraries that expect it unless told otherwise: openid-client 5, next-auth 4.',
    doc: 'Many libraries expect RS256 unless told otherwise; the default is ES256',
    flag: { name: 'id-token-alg', doc: 'what signs its ID tokens: ES256, or RS256 for libraries that expect that' },
    control: 'choice',
    section: 'authentication',
    appliesTo: interactive,
    setBy: 'admin',
    review: 'ignored',
    initial: () => 'ES256' as const,
  }),
  grant_types: field(list(10, 100), {
    label: 'Grant types',
    phrase: 'grant types',
    doc: 'Those of the type by default. Add `client_credentials` for a web app that also acts for itself, and `urn:ietf:params:oauth:grant-type:device_code` for a web or native app that people connect by the code of a device; with that one alone, and `refresh_token`, the client needs no redirect URI',
    flag: {
      name: 'grant-type',
      value: 'TYPE',
      doc: 'what it may use, in place of the defaults of its type; urn:ietf:params:oauth:grant-type:device_code for devices',
    },
    setBy: 'admin',
    review: 'shown',
    initial: (rules) => [...rules.grantTypes],
  }),
  jwks_uri: field(address, {
    label: 'Where its public keys are',
    phrase: 'address of its public keys',
    hint: 'For `private_key_jwt`: this, or the keys themselves.',
    flag: { name: 'jwks-uri', value: 'URI', doc: 'its public keys, for private_key_jwt' },
    control: 'line',
    section: 'authentication',
    appliesTo: hasKeys,
    setBy: 'admin',
    review: 'shown',
    problem: checkFetchedAddress,
  }),
  jwks: field(z.strictObject({ keys: z.array(z.record(text(100), z.unknown())).max(20) }).nullable(), {
    label: 'Its public keys',
    phrase: 'public keys',
    hint: 'A JSON Web Key Set.',
    control: 'json',
    section: 'authentication',
    appliesTo: hasKeys,
    setBy: 'admin',
    review: 'shown',
  }),
  assertion_audience: field(z.enum(assertionAudiences), {
    label: 'Audience of its assertions',
    phrase: 'audience of its assertions',
    hint: 'For `private_key_jwt`. Spring Security and older libraries send the address of the token endpoint in `aud`.',
    doc: 'What `aud` of a `private_key_jwt` assertion may be: the issuer alone, or also the address of an endpoint, which older libraries send',
    flag: {
      name: 'assertion-audience',
      doc: 'what aud of its assertions may be: issuer alone, or also the address of an endpoint, for older libraries',
    },
    control: 'choice',
    section: 'authentication',
    appliesTo: hasKeys,
    setBy: 'admin',
    review: 'ignored',
    initial: () => 'issuer' as const,
  }),
  profile: field(z.enum(clientProfiles), {
    label: 'Security profile',
    phrase: 'security profile',
    hint: '`fapi2` demands all of the FAPI 2.0 Security Profile: requests by PAR, DPoP with a nonce, `private_key_jwt`, https. A change counts at once, for requests under way too.',
    doc: '`fapi2`: pushed authorization requests, DPoP with a nonce and `private_key_jwt` are required, codes live 30 seconds, and signed requests (JAR) and answers (JARM) are possible',
    flag: {
      name: 'profile',
      doc: 'fapi2: PAR, DPoP with a nonce and private_key_jwt are required, as the FAPI 2.0 Security Profile says',
    },
    control: 'choice',
    section: 'authentication',
    appliesTo: hasKeys,
    setBy: 'admin',
    review: 'ignored',
    initial: () => 'standard' as const,
  }),
  workload_identities: field(z.array(workloadIdentitySchema).max(maxWorkloadIdentities), {
    label: 'Workloads it trusts',
    phrase: 'workloads it trusts',
    hint: 'For `workload_identity`: a JSON list with `issuer`, `subject` and, unless it is this server, `audience`.',
    doc: 'For `workload_identity`: whoever presents a token of one of them is this client',
    flag: {
      name: 'workload-identity',
      value: 'JSON',
      doc: 'a workload that may act as this service, such as {"issuer": "https://…", "subject": "repo:example/notes:ref:refs/heads/main"}',
    },
    control: 'json',
    section: 'authentication',
    appliesTo: trustsWorkloads,
    setBy: 'admin',
    review: 'shown',
    problem: checkWorkloadIdentities,
  }),
  refresh_token_leeway: field(wholeNumber(0, 3600).nullable(), {
    label: 'Refresh token leeway in seconds',
    phrase: 'leeway of refresh tokens',
    hint: '0 to 3600. How long a refresh token that was already exchanged gets the same answer again. 0 is strict: each works once, and a lost answer signs its user out. Leave it empty for the server’s own setting: 10, unless its operator changed it.',
    doc: 'Seconds for which a refresh token that was exchanged gets the same successor again; 0 is strict: each works once. Null: as the server is configured, 10 by default',
    flag: {
      name: 'refresh-token-leeway',
      value: 'SECONDS',
      doc: 'how long an exchanged refresh token gets the same successor again, 0 to 3600; 0: each works once',
      negation: { name: 'no-refresh-token-leeway', doc: 'as the server is configured (REFRESH_LEEWAY_SECONDS)' },
    },
    control: 'number',
    section: 'authentication',
    appliesTo: interactive,
    setBy: 'admin',
    review: 'ignored',
  }),
  gateway_resource: field(resources, {
    label: 'Gateway of',
    phrase: 'being a gateway',
    hint: 'The resource whose tokens it may introspect; several with spaces between. Leave it empty if it is not a gateway.',
    flag: {
      name: 'gateway',
      value: 'RESOURCE',
      valueOptional: true,
      doc: 'a service that may introspect tokens for this resource (default: the API) and follow the revocation feed',
      negation: { name: 'no-gateway', doc: 'may introspect its own tokens only' },
    },
    ...ofServices,
  }),
  exchange_resource: field(resources, {
    label: 'Exchanges tokens for',
    phrase: 'exchanging tokens',
    hint: 'The resources for which it may exchange a token that it received as a gateway; several with spaces between. Leave it empty if it calls none for people.',
    doc: 'Resources, space-separated. A gateway may exchange an access token that it received for one of these (RFC 8693); null: it may not',
    flag: {
      name: 'exchange',
      value: '"R S"',
      doc: 'resources for which it may exchange tokens that it received as a gateway (RFC 8693)',
      negation: { name: 'no-exchange', doc: 'may exchange no tokens' },
    },
    ...ofServices,
  }),
  id_jag_issuers: field(
    text(2000)
      .overwrite((named) => [...new Set(named.split(/\s+/).filter(Boolean))].join(' '))
      .nullable(),
    {
      label: 'Organisations that allow it',
      phrase: 'organisations that allow it',
      hint: 'Issuers of organisations’ sign-in services whose assertions (ID-JAG) it may exchange for tokens; several with spaces between. Leave it empty if only people allow it.',
      doc: 'Issuers, space-separated, whose identity assertions (ID-JAG) the client may exchange for access tokens; each must be an enterprise provider of UPSTREAMS. Null: none',
      flag: {
        name: 'id-jag-issuers',
        value: '"I J"',
        doc: 'issuers whose identity assertions (ID-JAG) it may exchange for tokens',
        negation: { name: 'no-id-jag-issuers', doc: 'accepts no identity assertions' },
      },
      control: 'line',
      section: 'authentication',
      appliesTo: interactive,
      setBy: 'admin',
      review: 'shown',
      problem: (named) => named.split(' ').map(checkHttpsAddress).find(isProblem),
    },
  ),
};
