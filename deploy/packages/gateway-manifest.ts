/** Prints the package.json of the verifier's package: that of src/gateway, with the repository that publishes it. */
import { readFileSync } from 'node:fs';
import { repositoryField } from './repository.ts';

const own = JSON.parse(readFileSync(new URL('../../src/gateway/package.json', import.meta.url), 'utf8'));
console.log(JSON.stringify({ ...own, ...repositoryField(process.env) }, null, 2));
