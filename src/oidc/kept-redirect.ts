/**
 * The redirect that an interaction led to, kept for a browser that asks again (web/oauth/interaction-redirects). It is sealed
 * for this interaction.
 */
import { Provider } from 'oidc-provider';
import { inFragment, inQuery } from '../policy/answer-addresses.ts';
import type { Sealer } from '../store/sealer.ts';

export interface KeptRedirect {
  readonly location: string;
  /** The cookies that came with it. Nodes of an earlier release fail without a list. */
  readonly cookies: readonly string[];
  /** The id of the session whose cookie came with it. */
  readonly session?: string;
}

export function sealRedirect(sealer: Sealer, uid: string, redirect: KeptRedirect): Buffer {
  return sealer.seal(JSON.stringify(redirect), contextOf(uid));
}

/** Returns undefined if the sealing secret was retired. */
export function openRedirect(sealer: Sealer, uid: string, sealed: Uint8Array): KeptRedirect | undefined {
  const opened = sealer.openIfKnown(sealed, contextOf(uid));
  return opened && JSON.parse(opened.toString());
}

/**
 * Returns the address to which the engine is about to redirect with this code, so that the statement that stores the code
 * keeps it; undefined if the code is posted by a form.
 */
export function addressWithCode(code: string): string | undefined {
  const { params = {}, responseMode, provider } = (Provider.ctx as NonNullable<typeof Provider.ctx>).oidc;
  const { redirect_uri: uri, state } = params as { redirect_uri: string; state?: string };
  const answer = { code, ...(state !== undefined && { state }), iss: provider.issuer };
  if (responseMode === 'query') return inQuery(uri, answer);
  return responseMode === 'fragment' ? inFragment(uri, answer) : undefined;
}

function contextOf(uid: string): string {
  return `Answer ${uid}`;
}
