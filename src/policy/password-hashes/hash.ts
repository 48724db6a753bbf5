/** What a password hash says about itself, whatever dialect it was written in. */

export type PbkdfDigest = 'sha1' | 'sha256' | 'sha512';

interface Salted {
  readonly salt: Buffer;
  readonly digest: Buffer;
}

export interface Argon2Hash extends Salted {
  readonly scheme: 'argon2id' | 'argon2i' | 'argon2d';
  /** 19 (0x13) is that of RFC 9106; 16 (0x10) is the one before. */
  readonly version: number;
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

export interface BcryptHash {
  readonly scheme: 'bcrypt';
  /** Django hashes the password with SHA-256 first, so that bcrypt does not cut it after 72 bytes. */
  readonly sha256First: boolean;
  readonly variant: '2a' | '2b' | '2y';
  readonly logRounds: number;
  /** Salt and digest, 53 characters of bcrypt's own base64. */
  readonly tail: string;
}

export interface ScryptHash extends Salted {
  readonly scheme: 'scrypt';
  readonly logCost: number;
  readonly blockSize: number;
  readonly lanes: number;
}

/** Firebase encrypts a key of the project with what scrypt makes of the password; the digest is the ciphertext. */
export interface FirebaseHash extends Salted {
  readonly scheme: 'fbscrypt';
  readonly logCost: number;
  readonly blockSize: number;
  readonly lanes: 1;
  readonly saltSeparator: Buffer;
  readonly signerKey: Buffer;
}

export interface Pbkdf2Hash extends Salted {
  readonly scheme: 'pbkdf2';
  readonly algorithm: PbkdfDigest;
  readonly iterations: number;
}

export type PasswordHash = Argon2Hash | BcryptHash | ScryptHash | FirebaseHash | Pbkdf2Hash;
