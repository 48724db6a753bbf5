import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * A real headless Chromium from the npm package that carries one: nothing to install, works as root (hence no sandbox)
 * and speaks to nobody but the pages a test opens. Close it when done. `systemFonts` is for pictures: this machine's
 * fonts beside the package's only one.
 */
export async function launchBrowser({ systemFonts = false, args = [] as string[] } = {}): Promise<Browser> {
  const home = await unpacked();
  const fontsFile = join(home, systemFonts ? 'system-fonts.conf' : 'fonts.conf');
  if (systemFonts) await writeFile(fontsFile, fonts(home, '<dir>/usr/share/fonts</dir>'));
  return playwright.launch({
    executablePath: join(home, 'chromium'),
    env: { ...process.env, FONTCONFIG_FILE: fontsFile },
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-default-apps',
      '--disable-domain-reliability',
      '--disable-sync',
      '--no-first-run',
      '--no-pings',
      ...args,
    ],
  });
}

let shared: Promise<Browser> | undefined;

/** One Chromium for all test files of a worker, which ends with it. A test closes the windows that it opens, and no more. */
export function sharedBrowser(): Promise<Browser> {
  shared ??= launchBrowser();
  return shared;
}

/**
 * The font that the package carries and, for tests, no other, so that a line breaks at the same word on every machine.
 * Where its cache is has to be said in full: `relative` would be a folder of whoever runs the tests.
 */
const fonts = (home: string, more = '') => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir>${more}<cachedir>${join(home, 'fonts-cache')}</cachedir></fontconfig>
`;

/**
 * Where the package's archives are unpacked, once per installation. Test files run in processes of their own, and
 * the package hands out a binary that another process is still writing; so each unpacks apart and the first to
 * finish puts its copy in place.
 */
async function unpacked(): Promise<string> {
  const home = join(dirname(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium')))), '.unpacked');
  if (existsSync(home)) return home;
  const own = await mkdtemp(`${home}-`);
  await withTemporaryDirectory(own, () => chromium.executablePath());
  await writeFile(join(own, 'fonts.conf'), fonts(home));
  await rename(own, home).catch(() => rm(own, { recursive: true, force: true }));
  return home;
}

/** The package unpacks to the system's temporary directory and takes no other. */
async function withTemporaryDirectory(directory: string, work: () => Promise<unknown>): Promise<void> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  await work().finally(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
}
