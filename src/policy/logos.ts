/** Logos of clients: what may be uploaded, and where they are served. */

export const maxLogoBytes = 1024 * 1024;

/** Maximum width and height of an upload. A small file can expand to a very large picture. */
export const maxLogoPixels = 4096;

/** Width and height of the logo that is made of it. */
export const logoSizePixels = 192;

export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;

/** Returns the path of a logo, which changes with the picture. */
export const logoPath = (hash: string): string => `/logos/${hash}.webp`;
