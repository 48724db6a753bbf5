/** The providers of this server, by name. Nothing is sent to one before somebody wants to sign in with it. */
import type { Upstream, UpstreamIdentity } from '../policy/upstreams.ts';
import { githubUpstream } from './github-upstream.ts';
import { openidUpstream } from './openid-upstream.ts';
import type { Outbound } from './request.ts';
import { createUpstreamTurns, upstreamFetch } from './upstream-fetch.ts';

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
  /** Who somebody is, from the query with which the browser came back. @throws UpstreamError */
  identityFrom(search: string, secrets: SignInSecrets): Promise<UpstreamIdentity>;
}

export type Upstreams = ReadonlyMap<string, UpstreamClient>;

/** `issuer` is ours. */
export function createUpstreams(list: readonly Upstream[], issuer: string, outbound: Outbound): Upstreams {
  const turns = createUpstreamTurns();
  return new Map(
    list.map((upstream) => {
      const fetch = upstreamFetch(outbound, turns, upstream);
      const redirectUri = `${issuer}/sign-in/from/${upstream.name}`;
      const create = upstream.kind === 'github' ? githubUpstream : openidUpstream;
      return [upstream.name, create(upstream, redirectUri, fetch)];
    }),
  );
}
