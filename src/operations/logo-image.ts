/**
 * Converts an uploaded picture to a logo: it is decoded, rotated upright, made square and encoded again, so that only its
 * pixels are kept. Only the decoders for PNG, JPEG and WebP are enabled.
 */

import type { Sharp, SharpOptions } from 'sharp';
import { AppError } from '../errors.ts';
import { logoSizePixels, maxLogoBytes, maxLogoPixels } from '../policy/logos.ts';
import { problemText } from '../policy/problem-texts.ts';

/** Without a pixel limit, because only the header is read. */
const headerOnly: SharpOptions = { limitInputPixels: false };
const options: SharpOptions = { limitInputPixels: maxLogoPixels * maxLogoPixels, failOn: 'warning' };
const timeoutSeconds = 5;

/** A converted picture. */
export interface Logo {
  /** A square of `logoSizePixels`. */
  readonly webp: Buffer;
}

/** Converts a picture; one that is not square gets transparent margins. @throws AppError invalid about `logo` */
export async function readLogo(bytes: Buffer): Promise<Logo> {
  if (bytes.length === 0) throw unfit(problemText('noPicture'));
  if (bytes.length > maxLogoBytes) throw unfit(problemText('megabyte'));
  const open = await decoder();
  // The size is checked before any pixel is decoded, because a small file can expand to a huge picture.
  const { width, height } = await decoded(open(bytes, headerOnly).metadata());
  if (width > maxLogoPixels || height > maxLogoPixels) {
    throw unfit(problemText('pixels', maxLogoPixels, width, height));
  }
  const square = { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } } as const;
  const picture = open(bytes, options).timeout({ seconds: timeoutSeconds }).autoOrient();
  return {
    webp: await decoded(picture.resize(logoSizePixels, logoSizePixels, square).webp({ quality: 90 }).toBuffer()),
  };
}

/** Loads the library with the first logo, since most processes never need it. */
async function decoder(): Promise<(bytes: Buffer, options: SharpOptions) => Sharp> {
  const { default: sharp } = await import('sharp');
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
  });
  sharp.cache(false);
  return sharp;
}

/** Errors of the library are only about the bytes, so each of them means an invalid picture. */
async function decoded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    throw unfit(problemText('pictureKind'));
  }
}

function unfit(problem: string): AppError {
  return new AppError('invalid', `logo ${problem}`, { logo: problem });
}
