/**
 * The signing algorithms of this server. Access tokens always use ES256. OpenID Connect Discovery §3 requires RS256 for ID
 * tokens, and many libraries expect it by default, so a client may be registered for it.
 */
export const signingAlgorithms = ['ES256', 'RS256'] as const;

export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export const accessTokenAlgorithm: SigningAlgorithm = 'ES256';
