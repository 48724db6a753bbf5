/**
 * The form of everything we hand out to be kept secret: a prefix that names its kind, random characters, and a checksum.
 * Secret scanners recognise a leaked one by it, and a mistyped one is told without a query.
 */
import { crc32 } from 'node:zlib';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^6 is more than 2^32: every CRC-32 fits. */
const checksumLength = 6;

/** `prefix` + `random` + a CRC-32 of both in six base62 digits. */
export function formatSecret(prefix: string, random: string): string {
  return `${prefix}${random}${checksum(prefix + random)}`;
}

/** What a list shows of a secret, so that people can tell it from the one beside it. */
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
