/** Logos of clients: what may be uploaded, and where they are served. */

/** Bytes. */
export const maxLogoBytes = 1024 * 1024;

/** Of what is uploaded, each way; pixels. A small file can unfold to a very large picture. */
export const maxLogoPixels = 4096;

/** What is made of it: a square of so many pixels each way. */
export const logoSizePixels = 192;

export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;

/** The address on this server; another picture has another. */
export const logoPath = (hash: string): string => `/logos/${hash}.webp`;
