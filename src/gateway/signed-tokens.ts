/** Tokens with a valid signature, remembered until they expire or their key is withdrawn. */
import { TokenError } from './errors.ts';
import { createSignatureCheck, type SignatureOptions, type SignedToken } from './signature.ts';
import { createTokenCache } from './token-cache.ts';

export interface SignedTokens {
  /** A remembered token. */
  find(token: string): SignedToken | undefined;
  /** Checks the signature of a token that is not remembered, and remembers it. @throws TokenError */
  check(token: string | undefined): Promise<SignedToken>;
  /** Forgets the token, and returns false, if its key was withdrawn. @throws TokenError if it has expired, which forgets it too */
  recheck(signed: SignedToken, token: string, now: number): boolean;
  readonly size: number;
}

export function rememberSignedTokens(options: SignatureOptions, maxTokens: number): SignedTokens {
  const { keys } = options;
  const checkSignature = createSignatureCheck(options);
  const cache = createTokenCache<SignedToken>(maxTokens);
  return {
    find: cache.get,
    async check(token) {
      const signed = await checkSignature(token);
      cache.set(token as string, signed);
      return signed;
    },
    recheck(signed, token, now) {
      if (now >= signed.expiresAt) {
        cache.delete(token);
        throw new TokenError('invalid_token', 'The access token has expired');
      }
      if (signed.keysVersion === keys.version) return true;
      if (!keys.holds(signed.kid, signed.key)) {
        cache.delete(token);
        return false;
      }
      signed.keysVersion = keys.version;
      return true;
    },
    get size() {
      return cache.size;
    },
  };
}
