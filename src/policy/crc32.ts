/** CRC-32 (ISO 3309), as in gzip. The one of Node is missing in releases that the gateway's package supports. */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** `text` must be ASCII. */
export function crc32(text: string): number {
  let rest = 0xffffffff;
  for (let index = 0; index < text.length; index += 1) {
    rest = (table[(rest ^ text.charCodeAt(index)) & 0xff] as number) ^ (rest >>> 8);
  }
  return (rest ^ 0xffffffff) >>> 0;
}
