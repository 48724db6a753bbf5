/** The verifier as a package: what `npm pack` makes runs as JavaScript and is typed, without the rest of the server. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'gateway-package-'));
const installed = join(home, 'node_modules', '@vibecaas', 'auth');
afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeAll(() => {
  mkdirSync(installed, { recursive: true });
  // As npm pack would, but beside the sources and not among them.
  execFileSync(
    join(root, 'node_modules/.bin/tsc'),
    ['-p', 'tsconfig.gateway.json', '--outDir', join(installed, 'dist')],
    { cwd: root },
  );
  execFileSync('cp', [join(root, 'package.json'), installed]);
  for (const name of ['jose', '@types'])
    symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name));
});

const program = `
import { createVerifier, type Verifier } from '@vibecaas/auth/gateway';
import { TokenError } from '@vibecaas/auth/gateway/errors';

const verifier: Verifier = createVerifier({
  issuer: 'http://127.0.0.1:9',
  audience: 'https://api.example',
  credentials: { clientId: 'gateway', clientSecret: 'secret' },
});
try {
  const { sub, scope }: { sub: string; scope?: string } = await verifier.verify(undefined);
  console.log(sub, scope);
} catch (error) {
  if (!(error instanceof TokenError)) throw error;
  console.log(error.status, error.challenge);
}
await verifier.close();
`;

it('can be imported by name, and checks', () => {
  writeFileSync(join(home, 'program.ts'), program);
  expect(String(execFileSync(process.execPath, ['program.ts'], { cwd: home }))).toBe('401 Bearer\n');
});

it('has types that hold without ours', () => {
  writeFileSync(join(home, 'program.ts'), program);
  const options = { target: 'esnext', module: 'nodenext', strict: true, noEmit: true, types: ['node'] };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['program.ts'] }));
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', home], { cwd: home, stdio: 'pipe' });
});
