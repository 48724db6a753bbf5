/** Failures of token exchange (RFC 8693) and of identity assertions (ID-JAG). They come before the general rows of the same errors. */
import { type Row, sentence } from './failure-row.ts';

export const serviceFailures: readonly Row[] = [
  [
    'invalid_request',
    /subject token is not one.*its audience has other gateways/,
    'The subject token is for a resource that has other gateways.',
    'A service exchanges only tokens that were sent to it: register it as a gateway of their audience, or find out how it came by this token.',
  ],
  [
    'invalid_request',
    /subject token is not one.*acts for itself/,
    'The subject token belongs to a client that acts for itself.',
    'Exchange passes on what a person allowed. For itself a service asks by `client_credentials`.',
  ],
  [
    'invalid_request',
    /subject token is not one.*(revoked|has ended|expired|has lost)/,
    'The subject token is no longer valid.',
    'Verify each token before you work with it, and exchange it at once. If the person disconnected the app, there is nothing to do.',
  ],
  [
    'invalid_request',
    /subject token is not one/,
    'The subject token is not an access token of this server.',
    'Send the access token exactly as it came, without `Bearer`. ID tokens, refresh tokens and tokens of other issuers cannot be exchanged.',
  ],
  [
    'invalid_request',
    /services already/,
    'The token has passed through three services already.',
    'A chain ends there. Let an earlier service call this resource, or call it with the token that came in.',
  ],
  [
    'invalid_request',
    /bound subject token/,
    'The subject token is bound to a key, and the exchange has no DPoP proof.',
    'Send a proof with a key of your own: the new token is bound to that key.',
  ],
  [
    'invalid_request',
    /(subject_token|requested_token|actor_token)/,
    sentence,
    'Send `subject_token` with `subject_token_type=urn:ietf:params:oauth:token-type:access_token`, and no `actor_token`: the client itself is the actor.',
  ],
  [
    'invalid_target',
    /exchange/,
    'The client may not exchange tokens for this resource.',
    'An admin lists the resources at the client (`exchange_resource`). Send one of them as `resource` or `audience`, exactly as listed.',
  ],
  [
    'invalid_target',
    /names no resource/,
    'The exchange names no resource.',
    'Send `resource`: the client may exchange for more than one.',
  ],
  [
    'invalid_scope',
    /subject token does not have/,
    'The exchange asks for a scope that the subject token does not have.',
    'Ask for less, or leave `scope` out: the new token then has what both allow. Only the app can ask the person for more.',
  ],
  [
    'invalid_scope',
    /client may not have this scope/,
    'The exchange asks for a scope that this client may not have.',
    'An admin adds it to the `scope` of the client that exchanges, or the request leaves it out.',
  ],
  [
    'invalid_scope',
    /left for this resource/,
    'The new token would have no scope.',
    'It has what the subject token, the client that exchanges and the resource have in common. Look at the `scope` of that client: a new gateway has none.',
  ],
  [
    'invalid_grant',
    /person has disconnected this app/,
    'The person has disconnected the app, so their organisation cannot connect it.',
    'Send the person through authorization: if they allow the app again, assertions work again.',
  ],
  [
    'invalid_grant',
    /nobody here is connected to the subject/,
    'Nobody here has signed in with this identity.',
    'The person signs in once with their organisation, so that the identity is known here. A suspended account counts as unknown.',
  ],
  [
    'invalid_grant',
    /person has refused every scope/,
    'The person has refused the app every scope of the assertion.',
    'What a person refused, their organisation does not give. Send the person through authorization with `prompt=consent`: they can allow it there.',
  ],
  [
    'invalid_grant',
    /may not have more users/,
    'The app has reached the maximum number of users for an unverified app.',
    'Ask VibeCaaS to verify it: say who runs it, and give its homepage, privacy policy and an address for questions.',
  ],
  [
    'invalid_grant',
    /issuer of the assertion is not trusted/,
    sentence,
    'An admin lists the `iss` of the assertion at the client (`id_jag_issuers`), character for character. The operator has to accept that issuer too, as an enterprise provider.',
  ],
  [
    'invalid_grant',
    /registered by hand/,
    'An organisation can allow only a client that an admin registered.',
    'Ask the operator to register the app. Until then the person goes through authorization.',
  ],
  [
    'invalid_grant',
    /no key of its issuer has signed/,
    'No key of its issuer has signed the assertion.',
    'Send the assertion exactly as it came. The organisation publishes the key that it signs with at its `jwks_uri`, before it uses it.',
  ],
  [
    'temporarily_unavailable',
    /keys of the issuer of the assertion/,
    'The keys of the organisation could not be read.',
    'Send the request again after `Retry-After`. If it lasts, see the detail: `ISSUER/.well-known/openid-configuration` and its `jwks_uri` must answer within 2 seconds, by https, at public addresses.',
  ],
  [
    'invalid_request',
    /^assertion is missing/,
    'The request has no assertion.',
    'Send `assertion`: the ID-JAG that the organisation’s sign-in service made for this client.',
  ],
  [
    'invalid_grant',
    /assertion/,
    sentence,
    'Get a new assertion for each exchange: `typ` is `oauth-id-jag+jwt`, `aud` this issuer alone, `client_id` this client, and it expires within ten minutes. An admin lists its issuer at the client.',
  ],
  [
    'invalid_scope',
    /assertion/,
    'The assertion does not have this scope, or leaves none for this client.',
    'Compare `scope` of the assertion with the request and with the registration of the client.',
  ],
  [
    'invalid_target',
    /assertion/,
    'The assertion is for another resource.',
    'Let the organisation name the resource in the assertion, and send the same `resource` or none.',
  ],
];
