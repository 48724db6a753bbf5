/** Message authentication with SECRETS. What the sealer encrypts is tested where it is stored, and in flows/secrets. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSealer } from '../../src/store/sealer.ts';

const sealer = createSealer(['the newer secret of a test, long enough', 'the older secret of a test, long enough']);

it('a MAC is the HMAC-SHA-256 of Node with the key of its purpose, whatever the text', () => {
  const [key] = sealer.keys('a purpose') as [Buffer];
  for (const text of ['', 'text', 'ü€\u{1f511}', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'x'.repeat(10_000)]) {
    for (const again of [1, 2]) {
      expect([again, sealer.mac('a purpose', text)]).toEqual([again, createHmac('sha256', key).update(text).digest()]);
    }
  }
});

it('a MAC is verified with every secret, and only for its purpose and text', () => {
  const older = createSealer(['the older secret of a test, long enough']).mac('a purpose', 'text');
  expect(sealer.mac('a purpose', 'text')).not.toEqual(older);
  expect(sealer.verifyMac('a purpose', 'text', older)).toBe(true);
  expect(sealer.verifyMac('a purpose', 'text', older.subarray(0, 18))).toBe(true);
  expect(sealer.verifyMac('a purpose', 'text', older.subarray(0, 8))).toBe(false);
  expect(sealer.verifyMac('another purpose', 'text', older)).toBe(false);
  expect(sealer.verifyMac('a purpose', 'other text', older)).toBe(false);
  older[0] = (older[0] as number) ^ 1;
  expect(sealer.verifyMac('a purpose', 'text', older)).toBe(false);
});
