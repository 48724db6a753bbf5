/**
 * The script of pages with a passkey button, the only script file: @simplewebauthn/browser as its authors minified it, and
 * our few lines after it. Its address contains its hash, so that browsers keep it until it changes.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const library = new URL('../dist/bundle/index.umd.min.js', import.meta.resolve('@simplewebauthn/browser'));
const ours = new URL('../../../views/assets/passkeys.js', import.meta.url);

const body = Buffer.concat([readFileSync(library), Buffer.from('\n'), readFileSync(ours)]);
const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);

export const passkeyScript = { body, address: `/assets/passkeys.js?v=${hash}` } as const;
