/** A page with a passkey button: what its browser is asked for, and the script that asks. */
import type { Context } from 'koa';
import type { PasskeyButton } from '../../../views/passkey-button.ts';
import { newChallenge } from '../../operations/passkey-challenges.ts';
import { withScriptFile } from '../../policy/content-security.ts';
import { creationOptions, type KnownPasskey, requestOptions } from '../../policy/passkey-options.ts';
import { type RelyingParty, relyingPartyOf } from '../../policy/passkeys.ts';
import type { WebDeps } from '../deps.ts';
import { passkeyScript } from './passkey-script.ts';

type Deps = Pick<WebDeps, 'config' | 'sealer'>;

/**
 * Lets this page ask for a passkey. The challenge is bound to `binding`, which names the purpose and the browser.
 * Undefined if this server has no domain name: then there are no passkeys.
 */
export function askForPasskey(
  ctx: Context,
  deps: Deps,
  { binding, action, allowed }: { binding: string; action: string; allowed?: readonly KnownPasskey[] },
): PasskeyButton | undefined {
  return button(ctx, deps, { binding, action }, (rp, challenge) => requestOptions(rp, challenge, allowed));
}

/** Lets this page make a passkey for the account. */
export function askForNewPasskey(
  ctx: Context,
  deps: Deps,
  page: { binding: string; action: string },
  account: Parameters<typeof creationOptions>[2],
  existing: readonly KnownPasskey[],
): PasskeyButton | undefined {
  return button(ctx, deps, page, (rp, challenge) => creationOptions(rp, challenge, account, existing));
}

/** Lets this page load the script; returns its address. */
export function allowPasskeyScript(ctx: Context): string {
  ctx.set('Content-Security-Policy', withScriptFile);
  return passkeyScript.address;
}

function button(
  ctx: Context,
  { config, sealer }: Deps,
  { binding, action }: { binding: string; action: string },
  optionsOf: (rp: RelyingParty, challenge: string) => object,
): PasskeyButton | undefined {
  const rp = relyingPartyOf(config.issuer);
  if (!rp) return undefined;
  const options = JSON.stringify(optionsOf(rp, newChallenge(sealer, binding)));
  return { action, options, script: allowPasskeyScript(ctx) };
}
