/** WWW-Authenticate: RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3, RFC 9728 §5.1. */
import { proofAlgorithms } from '../policy/dpop-proof.ts';
import { detailsParameter, requirementParameters, type TokenError } from './errors.ts';

export interface ChallengeContext {
  /** All scopes that the call needs, so that an app can ask for them at once. */
  readonly scope: string;
  /** The address of the resource's metadata document. */
  readonly metadata: string;
  /** How the token was presented. */
  readonly scheme: 'Bearer' | 'DPoP';
}

/**
 * The challenge for a request, by the scheme of its token. If there was no token, both schemes are offered without an
 * error; Bearer comes first, because simple clients read no further.
 */
export function challengeOf(error: TokenError, { scope, metadata, scheme }: ChallengeContext): string {
  const about = [...(scope ? [`scope="${scope}"`] : []), `resource_metadata="${metadata}"`];
  if (!error.error) return `Bearer ${about.join(', ')}, DPoP ${proofAlgorithms}`;
  const required = [...requirementParameters(error.required), ...detailsParameter(error.authorizationDetails)];
  const said = [`error="${error.error}"`, `error_description="${error.description}"`, ...required, ...about];
  const bound = error.scheme === 'DPoP' || scheme === 'DPoP';
  return bound ? `DPoP ${[...said, proofAlgorithms].join(', ')}` : `Bearer ${said.join(', ')}`;
}
