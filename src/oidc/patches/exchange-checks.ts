/**
 * Makes every check that can refuse an exchange before the code is spent. The engine spends a code once the client, the
 * verifier and the redirect URI are right, and checks `resource` and the key of a DPoP proof only afterwards. An app
 * with a wrong `resource` would have to send the person through sign-in and consent again.
 */
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from 'jose';
import {
  type AuthorizationCode,
  type Client,
  errors,
  type KoaContextWithOIDC,
  Provider,
  type RefreshToken,
} from 'oidc-provider';
import { refuseForeignDetails } from '../hooks/project-details.ts';
import { markProof } from './replay.ts';

export function checkBeforeCodesAreSpent(provider: Provider): void {
  for (const { prototype } of [provider.AuthorizationCode, provider.DeviceCode] as (typeof AuthorizationCode)[]) {
    const { consume } = prototype;
    prototype.consume = async function () {
      const ctx = Provider.ctx as KoaContextWithOIDC;
      refuseForeignResources(ctx, this);
      refuseForeignDetails(ctx, this);
      await checkProof(provider, ctx, this);
      await consume.call(this);
    };
  }
}

/** Every requested resource must be part of the person's grant (RFC 8707 §2.2), at the exchange and at each refresh. */
export function refuseForeignResources(
  ctx: KoaContextWithOIDC,
  { resourceIndicators: granted }: Pick<AuthorizationCode | RefreshToken, 'resourceIndicators'>,
) {
  const asked = [ctx.oidc.params?.resource ?? []].flat() as string[];
  if (!asked.every((one) => granted.has(one))) throw new errors.InvalidTarget();
}

/** RFC 9449 §10 and §11.1. The engine has verified the proof before. */
async function checkProof(provider: Provider, ctx: KoaContextWithOIDC, { dpopJkt }: AuthorizationCode): Promise<void> {
  const proof = ctx.get('DPoP');
  if (!proof) {
    if (dpopJkt) throw new errors.InvalidGrant('missing DPoP proof JWT');
    return;
  }
  const { jwk } = decodeProtectedHeader(proof);
  if (dpopJkt && (!jwk || (await calculateJwkThumbprint(jwk)) !== dpopJkt)) {
    throw new errors.InvalidGrant('DPoP proof key thumbprint does not match dpop_jkt');
  }
  const { clientId } = ctx.oidc.client as Client;
  await markProof(provider, clientId, decodeJwt(proof).jti as string);
}
