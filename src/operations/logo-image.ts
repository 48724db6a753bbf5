/**
 * A picture from outside becomes one of ours: decoded, turned upright, made a square, and encoded anew, so that nothing
 * but its pixels is kept. Only decoders of PNG, JPEG and WebP are ever reached.
 */
import type { Sharp, SharpOptions } from 'sharp';
import { AppError } from '../errors.ts';
import { logoSize, maxLogoBytes, maxLogoPixels } from '../policy/logos.ts';

/** Only its header is read. */
const unread: SharpOptions = { limitInputPixels: false };
const options: SharpOptions = { limitInputPixels: maxLogoPixels * maxLogoPixels, failOn: 'warning' };
const maxSeconds = 5;

/** A picture of ours. */
export interface Logo {
  /** `logoSize` pixels each way. */
  readonly webp: Buffer;
}

/** What is not square gets a transparent rim. Throws `invalid` about `logo`. */
export async function readLogo(bytes: Buffer): Promise<Logo> {
  if (bytes.length === 0) throw unfit('must be a picture: choose a file');
  if (bytes.length > maxLogoBytes) throw unfit('must have at most 1 MB');
  const open = await decoder();
  // No pixel is unfolded before the size is known.
  const { width, height } = await decoded(open(bytes, unread).metadata());
  if (width > maxLogoPixels || height > maxLogoPixels) {
    throw unfit(`must be at most ${maxLogoPixels} pixels wide and high, not ${width} × ${height}`);
  }
  const square = { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } } as const;
  const picture = open(bytes, options).timeout({ seconds: maxSeconds }).autoOrient();
  return { webp: await decoded(picture.resize(logoSize, logoSize, square).webp({ quality: 90 }).toBuffer()) };
}

/** Loaded with the first logo: most processes never see one. */
async function decoder(): Promise<(bytes: Buffer, options: SharpOptions) => Sharp> {
  const { default: sharp } = await import('sharp');
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
  });
  sharp.cache(false);
  return sharp;
}

/** The library says of nothing but the bytes why it fails. */
async function decoded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    throw unfit('must be a whole PNG, JPEG or WebP picture');
  }
}

function unfit(problem: string): AppError {
  return new AppError('invalid', `logo ${problem}`, { logo: problem });
}
