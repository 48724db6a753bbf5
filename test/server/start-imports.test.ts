/** What a start imports: each module costs half a millisecond, and stays in memory. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);

/** The addresses of all modules that the server's root imports. */
let imported: string[];
beforeAll(async () => {
  const script = `import { registerHooks } from 'node:module';
    const all = [];
    registerHooks({ load(url, context, next) { all.push(url); return next(url, context); } });
    await import('./src/server/cluster.ts');
    console.log(JSON.stringify(all));`;
  const options = { cwd: root, maxBuffer: 2 ** 24 };
  imported = JSON.parse((await run(process.execPath, ['--input-type=module', '-e', script], options)).stdout);
});

it.each(['kysely', 'zod', 'zod-openapi', 'pg-boss', 'rate-limiter-flexible', 'undici', 'sharp', '@fastify/busboy'])(
  'a start does not import %s',
  (name) => {
    expect(imported.filter((url) => url.includes(`/node_modules/${name}/`))).toEqual([]);
  },
);

it.each(['web/admin/', 'web/admin-api/table', 'web/account/own', 'web/playground/', 'gateway/', 'operations/clients'])(
  'a start does not import src/%s',
  (path) => {
    expect(imported.filter((url) => url.includes(`/src/${path}`))).toEqual([]);
  },
);

it('a start imports at most 1050 modules', () => {
  expect(imported.length).toBeGreaterThan(400);
  expect(imported.length).toBeLessThan(1_050);
});
