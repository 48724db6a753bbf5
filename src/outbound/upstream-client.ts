/** What both kinds of providers can do for a sign-in. */
import type { Upstream, UpstreamIdentity } from '../policy/upstreams.ts';

/** What belongs to one sign-in, and only we know. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
}

export interface UpstreamClient {
  readonly upstream: Upstream;
  /** Where to send the browser. `askAgain`: the person must show there who they are, even with a session. @throws UpstreamError */
  authorizationUrl(secrets: SignInSecrets, options: { askAgain: boolean }): Promise<string>;
  /** Tells who the person is, from the query with which the browser came back. @throws UpstreamError */
  identityFrom(search: string, secrets: SignInSecrets): Promise<UpstreamIdentity>;
}
