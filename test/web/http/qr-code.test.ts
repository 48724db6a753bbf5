import qrcode from 'qrcode';
import { expect, it } from 'vitest';
import { qrCode } from '../../../src/web/http/qr-code.ts';

/** The squares that the path covers, as a picture of dots. */
function drawn({ size, path }: { size: number; path: string }): string[] {
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => '·'));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)\.5h(\d+)/g)) {
    for (let n = 0; n < Number(length); n += 1) (rows[Number(y)] as string[])[Number(x) + n] = '█';
  }
  return rows.map((row) => row.join(''));
}

it.each(['otpauth://totp/VibeCaaS:a@b.example?secret=NB2WG5DFMRQW4YLU&issuer=VibeCaaS', 'x', 'é'.repeat(120)])(
  'The path of %j covers exactly the dark squares',
  async (text) => {
    const { size, data } = qrcode.create(text, { errorCorrectionLevel: 'M' }).modules;
    const squares = Array.from({ length: size }, (_, y) =>
      Array.from({ length: size }, (_, x) => (data[y * size + x] ? '█' : '·')).join(''),
    );
    expect(drawn(await qrCode(text))).toEqual(squares);
  },
);
