/** Draws a QR code as a path, which needs neither a picture from elsewhere nor a style. */
import type { QrCode } from '../../../views/oauth/enrol.ts';

export async function qrCode(text: string): Promise<QrCode> {
  const { default: qrcode } = await import('qrcode');
  const { size, data } = qrcode.create(text, { errorCorrectionLevel: 'M' }).modules;
  const rows = Array.from({ length: size }, (_, y) => runsOf(data.subarray(y * size, (y + 1) * size), y));
  return { size, path: rows.join('') };
}

/** One line for each run of dark squares of a row. */
function runsOf(row: Uint8Array, y: number): string {
  let path = '';
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x]) continue;
    let end = x;
    while (row[end]) end += 1;
    path += `M${x} ${y + 0.5}h${end - x}`;
    x = end;
  }
  return path;
}
