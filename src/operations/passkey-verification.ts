/**
 * Verifies what an authenticator has signed (WebAuthn §7.1 and §7.2). The library is loaded with the first passkey: it has
 * some hundred modules, and neither a start nor the pages need it.
 */
import type { NewPasskeyAnswer, PasskeyAnswer } from '../policy/passkey-answers.ts';
import { passkeyAlgorithms } from '../policy/passkey-options.ts';
import type { RelyingParty } from '../policy/passkeys.ts';
import type { NewPasskey } from '../store/passkeys.ts';

/** Why an answer was refused, for logs. */
interface Refused {
  readonly refused: string;
}

type Made = Pick<NewPasskey, 'credentialId' | 'publicKey' | 'counter' | 'aaguid' | 'synced' | 'backedUp'>;

/** Returns the public half of a new passkey, if it was made for this page by an authenticator that verified its user. */
export async function verifyNewPasskey(
  answer: NewPasskeyAnswer,
  { rp, challenge }: { rp: RelyingParty; challenge: string },
): Promise<Made | Refused> {
  try {
    if (await isAttested(answer)) return { refused: 'it has an attestation, which nobody asked for' };
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: passkeyAlgorithms,
    });
    if (!verified) return { refused: 'its attestation is wrong' };
    return {
      credentialId: Buffer.from(info.credential.id, 'base64url'),
      publicKey: Buffer.from(info.credential.publicKey),
      counter: info.credential.counter,
      aaguid: info.aaguid,
      synced: info.credentialDeviceType === 'multiDevice',
      backedUp: info.credentialBackedUp,
    };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

/**
 * Whether the answer carries certificates. Browsers remove them unless a page asks for them (§5.1.3). The library would
 * fetch the revocation lists that they name, and so anybody could make this server send requests to addresses of theirs.
 */
async function isAttested({ response }: NewPasskeyAnswer): Promise<boolean> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const attestation = decodeAttestationObject(new Uint8Array(Buffer.from(response.attestationObject, 'base64url')));
  const format = attestation.get('fmt');
  return format !== 'none' && !(format === 'packed' && attestation.get('attStmt').get('x5c') === undefined);
}

/**
 * Returns the new counter, if the owner of `publicKey` has signed for this page and the authenticator has verified its user.
 * The caller compares the counter: the library would do so before it has checked the signature.
 */
export async function verifyPasskey(
  answer: PasskeyAnswer,
  { rp, challenge, publicKey }: { rp: RelyingParty; challenge: string; publicKey: Buffer },
): Promise<{ readonly counter: number; readonly backedUp: boolean } | Refused> {
  try {
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      credential: { id: answer.id, publicKey: new Uint8Array(publicKey), counter: 0 },
      requireUserVerification: true,
    });
    return verified
      ? { counter: info.newCounter, backedUp: info.credentialBackedUp }
      : { refused: 'its signature is wrong' };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}
