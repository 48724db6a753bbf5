/** The providers of this server, by name. Nothing is sent to one before somebody wants to sign in with it. */
import type { Upstream } from '../policy/upstreams.ts';
import { githubUpstream } from './github-upstream.ts';
import { openidUpstream } from './openid-upstream.ts';
import type { Outbound } from './request.ts';
import type { UpstreamClient } from './upstream-client.ts';
import { createUpstreamTurns, upstreamFetch } from './upstream-fetch.ts';

export type Upstreams = ReadonlyMap<string, UpstreamClient>;

/** `issuer` is ours. */
export function createUpstreams(list: readonly Upstream[], issuer: string, outbound: Outbound): Upstreams {
  const turns = createUpstreamTurns(list.length);
  return new Map(
    list.map((upstream) => {
      const fetch = upstreamFetch(outbound, turns, upstream);
      const redirectUri = `${issuer}/sign-in/from/${upstream.name}`;
      const create = upstream.kind === 'github' ? githubUpstream : openidUpstream;
      return [upstream.name, create(upstream, redirectUri, fetch)];
    }),
  );
}
