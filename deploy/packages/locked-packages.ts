/** The packages that production installs, on some platform or other, from package-lock.json. */
import { readFileSync } from 'node:fs';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Base64 of the SHA-512 of what the registry serves. */
  readonly sha512: string | undefined;
}

interface Entry {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
}

/** Sorted by name and version. */
export function lockedPackages(): LockedPackage[] {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  const all = Object.entries<Entry>(lock.packages).flatMap(
    ([path, { version, license = 'unknown', integrity, dev }]) => {
      if (path === '' || dev) return [];
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return [{ name, version, license, sha512: integrity?.replace(/^sha512-/, '') }];
    },
  );
  const unique = new Map(all.map((one) => [`${one.name} ${one.version}`, one]));
  return [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
