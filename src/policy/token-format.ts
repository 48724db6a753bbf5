/**
 * The format of secrets that we issue: a prefix for the kind, random characters, and a checksum. Secret scanners recognise
 * leaked secrets by it, and a mistyped one is detected without a query.
 */
import { crc32 } from './crc32.ts';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^6 exceeds 2^32, so every CRC-32 fits. */
export const checksumLength = 6;

/** Returns `prefix` + `random` + a CRC-32 of both in six base62 digits. */
export function formatSecret(prefix: string, random: string): string {
  return `${prefix}${random}${checksum(prefix + random)}`;
}

/** Returns bytes as one number in base62, with leading zeros up to `length`. */
export function base62(bytes: Uint8Array, length: number): string {
  let rest = BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
  let text = '';
  while (text.length < length) {
    text = digits[Number(rest % 62n)] + text;
    rest /= 62n;
  }
  return text;
}

/** Returns the part of a secret that lists show, so that people can tell secrets apart. */
export const lastFour = (secret: string): string => secret.slice(-4);

export function hasValidChecksum(token: string): boolean {
  return token.length > checksumLength && checksum(token.slice(0, -checksumLength)) === token.slice(-checksumLength);
}

function checksum(text: string): string {
  let rest = crc32(text);
  let encoded = '';
  for (let i = 0; i < checksumLength; i += 1) {
    encoded = digits[rest % 62] + encoded;
    rest = Math.floor(rest / 62);
  }
  return encoded;
}
