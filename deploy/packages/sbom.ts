/**
 * Prints what production installs as a bill of materials (CycloneDX 1.5). `npm sbom --omit=dev` leaves out packages that a
 * development package needs too. The same lock file makes the same text.
 */
import { readFileSync } from 'node:fs';
import { lockedPackages } from './locked-packages.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const urlOf = (name: string, of: string) => `pkg:npm/${name.replace('@', '%40')}@${of}`;
const own = { type: 'application', name: '@vibecaas/auth-server', version };

const components = lockedPackages().map(({ name, version: of, license, sha512 }) => ({
  type: 'library',
  'bom-ref': urlOf(name, of),
  name,
  version: of,
  purl: urlOf(name, of),
  licenses: [{ expression: license }],
  ...(sha512 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
}));
console.log(
  JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      version: 1,
      metadata: { component: { ...own, 'bom-ref': urlOf(own.name, version), purl: urlOf(own.name, version) } },
      components,
    },
    null,
    2,
  ),
);
