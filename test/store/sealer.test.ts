/** Message authentication with SECRETS. What the sealer encrypts is tested where it is stored, and in flows/secrets. */
import { expect, it } from 'vitest';
import { createSealer } from '../../src/store/sealer.ts';

const sealer = createSealer(['the newer secret of a test, long enough', 'the older secret of a test, long enough']);

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
