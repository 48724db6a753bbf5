/** Pictures to upload. */
import sharp from 'sharp';

const red = { r: 210, g: 30, b: 40, alpha: 1 };

/** Creates a red rectangle. */
export async function picture(
  format: 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff' = 'png',
  { width = 300, height = 200 }: { width?: number; height?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const create = { width, height, channels: 4, background: red } as const;
  return new Uint8Array(await sharp({ create, limitInputPixels: false }).toFormat(format).toBuffer());
}

/** Creates a picture with all kinds of metadata that cameras and editors add, including its location. */
export async function pictureWithMetadata(format: 'png' | 'jpeg' | 'webp'): Promise<Uint8Array<ArrayBuffer>> {
  const create = { width: 40, height: 20, channels: 4, background: red } as const;
  const exif = { IFD0: { Copyright: 'SECRET-AUTHOR' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } };
  const bytes = await sharp({ create })
    .withExif(exif)
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET-XMP</x:xmpmeta>')
    .withIccProfile('p3')
    .toFormat(format)
    .toBuffer();
  return new Uint8Array(bytes);
}

export const describePicture = (bytes: ArrayBuffer) => sharp(bytes).metadata();
