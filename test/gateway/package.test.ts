/**
 * The verifier as a package: the output of `npm run pack:gateway` runs as JavaScript and has types, without the rest of
 * the server.
 */
import { execFile, execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'gateway-package-'));
const installed = join(home, 'node_modules', '@vibecaas', 'auth');
afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeAll(() => {
  mkdirSync(installed, { recursive: true });
  // As `npm run pack:gateway` does, but beside the sources and not among them.
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.gateway.json', '--outDir', installed], {
    cwd: root,
  });
  const manifest = execFileSync(process.execPath, ['deploy/packages/gateway-manifest.ts'], { cwd: root });
  writeFileSync(join(installed, 'package.json'), manifest);
  for (const name of ['jose', 'koa', '@koa', 'express', 'hono', '@types'])
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

it('the package needs only what its manifest names, in the versions tested here', () => {
  const [own, ours] = [join(installed, 'package.json'), join(root, 'package.json')].map((path) =>
    JSON.parse(readFileSync(path, 'utf8')),
  );
  const built = globSync(join(installed, '**/*.js')).map((path) => readFileSync(path, 'utf8'));
  const needed = built.flatMap((code) => [...code.matchAll(/from '([^.'][^']*)'/g)].map(([, name]) => name as string));
  const packages = new Set(needed.filter((name) => !name.startsWith('node:')));
  expect(packages).toEqual(new Set(Object.keys(own.dependencies)));
  for (const [name, version] of Object.entries(own.dependencies)) expect(ours.dependencies[name]).toBe(version);
  expect(own.version).toBe(ours.version);
});

it('the package has the verifier and what it imports, and nothing else', () => {
  const told = execFileSync('npm', ['pack', installed, '--dry-run', '--json', '--ignore-scripts'], { stdio: 'pipe' });
  const packed = JSON.parse(String(told));
  const [{ files }] = Array.isArray(packed) ? packed : Object.values<typeof packed>(packed);
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  expect(paths.filter((path) => !/^(gateway|policy)\/[\w/-]+(\.d\.ts|\.js)$|^package\.json$/.test(path))).toEqual([]);
  for (const entry of ['verifier', 'koa', 'connect', 'fetch', 'usage', 'errors']) {
    expect(paths).toContain(`gateway/${entry}.js`);
    expect(paths).toContain(`gateway/${entry}.d.ts`);
  }
  const code = paths.filter((path) => path.endsWith('.js'));
  const near = code.flatMap((path) =>
    Array.from(readFileSync(join(installed, path), 'utf8').matchAll(/from '(\.[^']+)'/g), ([, from]) =>
      join(path, '..', from as string),
    ),
  );
  expect(near.filter((path) => !paths.includes(path))).toEqual([]);
});

it('the package has the size that docs/gateway.md names, about', () => {
  const told = JSON.parse(
    String(execFileSync('npm', ['pack', installed, '--dry-run', '--json', '--ignore-scripts'], { stdio: 'pipe' })),
  );
  const [{ size, unpackedSize }] = Array.isArray(told) ? told : Object.values<typeof told>(told);
  const [, packedKb, unpackedKb] =
    /It has about (\d+) KB \((\d+) KB unpacked\)/.exec(readFileSync(join(root, 'docs/gateway.md'), 'utf8')) ?? [];
  for (const [named, bytes] of [
    [packedKb, size],
    [unpackedKb, unpackedSize],
  ]) {
    expect(Number(named)).toBeGreaterThan(bytes / 1000 / 1.3);
    expect(Number(named)).toBeLessThan((bytes / 1000) * 1.6);
  }
});

it('the package exports what docs/gateway.md imports, and no other module', () => {
  const names = readFileSync(join(root, 'docs/gateway.md'), 'utf8').match(/@vibecaas\/auth\/gateway(\/[\w-]+)?/g) ?? [];
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const documented = [...new Set(names)].map((name) => name.replace('@vibecaas/auth', '.'));
  expect(Object.keys(exports).toSorted()).toEqual(documented.toSorted());
  const ask = (name: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', `await import('@vibecaas/auth/${name}')`], {
      cwd: home,
      stdio: 'pipe',
    });
  for (const name of Object.keys(exports)) ask(name.slice(2));
  expect(() => ask('gateway/token-cache')).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

it('the package can be imported by name and checks tokens', () => {
  writeFileSync(join(home, 'program.ts'), program);
  expect(String(execFileSync(process.execPath, ['program.ts'], { cwd: home }))).toBe('401 Bearer\n');
});

/** What Node 20, the oldest version that package.json allows, lacks. */
const older = `
delete Promise.withResolvers;
delete Promise.try;
delete URL.parse;
delete Map.groupBy;
delete Object.groupBy;
`;

const proofs = `
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { judgeProof } from './node_modules/@vibecaas/auth/policy/dpop-proof.js';

const { publicKey, privateKey } = await generateKeyPair('ES256');
const jwk = await exportJWK(publicKey);
const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from('token'))).toString('base64url');
const proof = await new SignJWT({ htm: 'GET', htu: 'https://api.example/', ath, jti: 'one' })
  .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk }).setIssuedAt().sign(privateKey);
const request = { proof, method: 'GET', url: 'https://api.example/' };
console.log(Object.keys(await judgeProof(request, 'token', await calculateJwkThumbprint(jwk), Date.now() / 1000)));
`;

it.each([
  ['verifier', program, '401 Bearer\n'],
  ['check of proofs', proofs, "[ 'id' ]\n"],
])('the %s of the package runs on Node 20', (_part, text, says) => {
  writeFileSync(join(home, 'older.js'), older);
  writeFileSync(join(home, 'program.ts'), text);
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  const run = execFileSync(process.execPath, ['--import', './older.js', 'program.ts'], { cwd: home });
  expect(String(run)).toBe(says);
});

const waiting = (issuer: string) => `
import { createVerifier } from '@vibecaas/auth/gateway';
const credentials = { clientId: 'gateway', clientSecret: 'secret' };
const verifier = createVerifier({ issuer: '${issuer}', audience: 'https://api.example', credentials });
await verifier.ready().then(() => console.log(verifier.status.revocations), ({ message }) => console.log(message));
await verifier.close();
`;

it.each([
  ['a feed that comes late', 503, 'following\n'],
  ['a feed that refuses it, not at all', 401, /^The feed answers 401: .*secret.*\n$/],
])('the package waits when it is told to, for %s', async (_what, refusal, says) => {
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url === '/oauth/jwks') return response.end('{"keys":[]}');
    asked += 1;
    if (asked < 3) return response.writeHead(refusal).end();
    response.writeHead(200).write('event: snapshot\ndata: {"cursor":"a.1","as_of":1,"entries":[]}\n\n');
    response.write('event: heartbeat\ndata: {"cursor":"a.1","as_of":1}\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  writeFileSync(join(home, 'waiting.ts'), waiting(`http://127.0.0.1:${port}`));
  const { stdout } = await promisify(execFile)(process.execPath, ['waiting.ts'], { cwd: home });
  server.closeAllConnections();
  server.close();
  expect(stdout).toEqual(expect.stringMatching(says));
});

const frameworks = `
import Router from '@koa/router';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { createVerifier } from '@vibecaas/auth/gateway';
import * as connect from '@vibecaas/auth/gateway/connect';
import { metadataOf, protectedBy } from '@vibecaas/auth/gateway/fetch';
import { createGuard } from '@vibecaas/auth/gateway/guard';
import * as koa from '@vibecaas/auth/gateway/koa';

const credentials = { clientId: 'gateway', clientSecret: 'secret' };
const verifier = createVerifier({ issuer: 'https://auth.example', audience: 'https://api.example', credentials });
const guard = createGuard({
  verifier,
  origin: 'https://api.example',
  onRefusal: ({ description }, { requestId }) => console.log(description, requestId),
});
new Koa().use(koa.serveMetadata(guard));
new Router().get('/', koa.requireScopes(guard, 'projects:read'), (ctx) => {
  ctx.body = { of: ctx.state.token.sub };
});
express().use(connect.serveMetadata(guard)).get('/', connect.requireScopes(guard, ['projects:read']), (request, response) => {
  const of: string | undefined = request.token?.sub;
  response.json({ of });
});
const metadata = metadataOf(guard);
const list = protectedBy(guard, 'projects:read', (_request, { sub }) => Response.json({ of: sub }));
new Hono().use(async (c, next) => metadata(c.req.raw) ?? next()).get('/', (c) => list(c.req.raw));
`;

it.each([
  ['for the verifier', program],
  ['in Koa, Express and Hono', frameworks],
])('the package has types that need none of ours, %s', (_where, text) => {
  writeFileSync(join(home, 'program.ts'), text);
  // The types of frameworks are theirs to check.
  const skipLibCheck = text === frameworks;
  const options = { target: 'esnext', module: 'nodenext', strict: true, noEmit: true, types: ['node'], skipLibCheck };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['program.ts'] }));
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', home], { cwd: home, stdio: 'pipe', encoding: 'utf8' });
});
