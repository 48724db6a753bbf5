/**
 * Prints docs/licences.md: the licence of every package that production installs, from package-lock.json. Fails for a licence
 * that nobody has looked at. `npm run --silent licences > docs/licences.md` updates the file.
 */
import { lockedPackages } from './locked-packages.ts';

/** Licences that allow use in a service and in an image, with their text kept. LGPL: libvips, a library that is linked at run time. */
const accepted = new Set([
  ...[
    'MIT',
    'ISC',
    '0BSD',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'MIT-0',
    'Unlicense',
    'CC0-1.0',
  ],
  'LGPL-3.0-or-later',
]);

const rows = lockedPackages();

/** `(MIT OR Apache-2.0)` is accepted if one of them is, `A AND B` if both are. */
function isAccepted(license: string): boolean {
  const plain = license.replaceAll(/[()]/g, '');
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isAccepted);
  return plain.split(' AND ').every((one) => accepted.has(one));
}

const refused = rows.filter(({ license }) => !isAccepted(license));
if (refused.length > 0) {
  console.error(
    `Nobody has accepted these licences:\n${refused.map((row) => `${row.name}: ${row.license}`).join('\n')}`,
  );
  process.exit(1);
}
const counts = Map.groupBy(rows, ({ license }) => license);
const summary = [...counts]
  .toSorted(([, a], [, b]) => b.length - a.length)
  .map(([name, { length }]) => `${name} (${length})`);
console.log(`# Licences

<!-- Generated from package-lock.json: npm run --silent licences > docs/licences.md -->

The server is MIT. These are the packages that production installs, on some platform or other, with their licences: ${summary.join(', ')}.
The texts are in the packages. \`npm run --silent sbom\` prints the same as CycloneDX.

| package | version | licence |
|---|---|---|
${rows.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`).join('\n')}`);
