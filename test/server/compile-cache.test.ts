/** The compile cache is used only where nobody else can write: V8 runs what it finds there. It never stops a start. */
import { execFile } from 'node:child_process';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** A private folder for the test. */
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'compile-cache-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** What a process of its own says about its cache, after it has imported a module. */
async function useIn(dataDir: string): Promise<{ why: string | null; folder: string | null }> {
  const script = `import { getCompileCacheDir } from 'node:module';
    const { notCached } = await import('./src/server/compile-cache.js');
    await import('./src/errors.ts');
    console.log(JSON.stringify({ why: notCached ?? null, folder: getCompileCacheDir() ?? null }));`;
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const options = { cwd: root, env: { ...env, DATA_DIR: dataDir } };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], options);
  return JSON.parse(stdout);
}

const refused = (why: RegExp) => ({ why: expect.stringMatching(why), folder: null });

it('a data directory that does not exist is created, and both are private', async () => {
  const dataDir = join(await folder(), 'data');
  expect(await useIn(dataDir)).toMatchObject({ why: null, folder: expect.stringContaining(dataDir) });
  const cache = join(dataDir, 'compile-cache');
  for (const path of [dataDir, cache]) expect((await lstat(path)).mode & 0o777).toBe(0o700);
  const [version] = await readdir(cache);
  expect(await readdir(join(cache, version as string))).not.toEqual([]);
});

it('a second start uses what the first one left', async () => {
  const dataDir = await folder();
  const first = await useIn(dataDir);
  const before = await readdir(first.folder as string);
  expect(await useIn(dataDir)).toEqual(first);
  expect(await readdir(first.folder as string)).toEqual(before);
});

it('a data directory that cannot be created is no obstacle', async () => {
  const file = join(await folder(), 'file');
  await writeFile(file, '');
  expect(await useIn(join(file, 'data'))).toEqual(refused(/ENOTDIR/));
});

it('a symbolic link is refused, even to a folder of ours', async () => {
  const dataDir = await folder();
  await symlink(await folder(), join(dataDir, 'compile-cache'));
  expect(await useIn(dataDir)).toEqual(refused(/not a directory/));
});

it('a folder that others may read or write is refused', async () => {
  const dataDir = await folder();
  await mkdir(join(dataDir, 'compile-cache'));
  await chmod(join(dataDir, 'compile-cache'), 0o755);
  expect(await useIn(dataDir)).toEqual(refused(/must be private/));
});

it('a folder in a directory that others may write is refused, since they could replace it', async () => {
  const dataDir = join(await folder(), 'data');
  await mkdir(dataDir);
  await chmod(dataDir, 0o770);
  expect(await useIn(dataDir)).toEqual(refused(/can be written by others/));
});

it.each([0o777, 0o775, 0o757])('a directory above it with mode %o is refused too', async (mode) => {
  const outer = await folder();
  await mkdir(join(outer, 'middle', 'data'), { recursive: true, mode: 0o700 });
  await chmod(join(outer, 'middle'), mode);
  expect(await useIn(join(outer, 'middle', 'data'))).toEqual(refused(/middle can be written by others/));
});

it('a symbolic link on the way to it does not hide what is above the real directory', async () => {
  const [open, private_] = [await folder(), await folder()];
  await mkdir(join(open, 'data'), { mode: 0o700 });
  await chmod(open, 0o777);
  await symlink(join(open, 'data'), join(private_, 'link'));
  expect(await useIn(join(private_, 'link'))).toEqual(refused(/can be written by others/));
});

it('spaces around the name of the data directory are ignored, as by the settings', async () => {
  const dataDir = join(await folder(), 'data');
  expect(await useIn(` ${dataDir} `)).toMatchObject({ why: null, folder: expect.stringContaining(dataDir) });
  expect((await lstat(dataDir)).isDirectory()).toBe(true);
});

it.runIf(isRoot)('a folder of another user is refused', async () => {
  const dataDir = await folder();
  await mkdir(join(dataDir, 'compile-cache'), { mode: 0o700 });
  await chown(join(dataDir, 'compile-cache'), nobody, nobody);
  expect(await useIn(dataDir)).toEqual(refused(/belongs to another user/));
});

it.runIf(isRoot)('a folder in a directory of another user is refused', async () => {
  const outer = await folder();
  const dataDir = join(outer, 'data');
  await mkdir(dataDir, { mode: 0o700 });
  await chown(outer, nobody, nobody);
  expect(await useIn(dataDir)).toEqual(refused(/belongs to another user/));
});
