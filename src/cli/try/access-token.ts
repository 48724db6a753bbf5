/** Checks an access token as a gateway does (RFC 9068 §4): its signature by the published keys, its issuer and its expiry. */
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { AppError } from '../../errors.ts';

/** Lines that describe the token. @throws AppError invalid if the signature or a claim is wrong */
export async function inspectAccessToken(token: string, issuer: string, jwksUri: string): Promise<string[]> {
  const { kid, alg, typ } = decodeProtectedHeader(token);
  try {
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwksUri)), { issuer, typ: 'at+jwt' });
    const left = (payload.exp ?? 0) - Math.floor(Date.now() / 1000);
    const claims = Object.entries(payload).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
    return [
      `header: ${JSON.stringify({ alg, typ, kid })}`,
      'claims:',
      ...claims,
      `The signature is right. ${Math.floor(left / 60)} min ${left % 60} s left.`,
    ];
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new AppError('invalid', `the token does not verify: ${error.message}`);
    throw error;
  }
}
