import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** How long a page may take for one step. A click takes seconds where ten processes want one core. */
const stepTimeoutMs = 300_000;

/**
 * Starts a real headless Chromium from an npm package. It needs no installation, works as root (hence without sandbox) and
 * sends no requests except for the pages that a test opens. The caller closes it. `systemFonts` is for screenshots: it adds
 * the fonts of this machine to the only one of the package.
 */
export async function launchBrowser({ systemFonts = false, args = [] as string[] } = {}): Promise<Browser> {
  const home = await unpacked();
  const fontsFile = join(home, systemFonts ? 'system-fonts.conf' : 'fonts.conf');
  if (systemFonts) await writeFile(fontsFile, fonts(home, '<dir>/usr/share/fonts</dir>'));
  const browser = await playwright.launch({
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
      // One for all pages of a window, which is cheaper than one for each.
      '--renderer-process-limit=1',
      ...args,
    ],
  });
  const open = browser.newContext.bind(browser);
  // `browser.newPage` calls it too.
  browser.newContext = async (options) => {
    const context = await open(options);
    context.setDefaultTimeout(stepTimeoutMs);
    return context;
  };
  return browser;
}

let shared: Promise<Browser> | undefined;

/** Returns the Chromium that all test files of a worker share. Tests close only the windows that they open. */
export function sharedBrowser(): Promise<Browser> {
  shared ??= launchBrowser();
  return shared;
}

/**
 * Configures the font of the package and, for tests, no other, so that lines break at the same word on every machine. The
 * path of the cache must be absolute, because a relative one would be below the home directory of the user.
 */
const fonts = (home: string, more = '') => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir>${more}<cachedir>${join(home, 'fonts-cache')}</cachedir></fontconfig>
`;

/**
 * Returns the folder with the unpacked archives of the package, unpacked once per installation. Test files run in several
 * processes, and the package may return a binary that another process is still writing. So each process unpacks to a folder
 * of its own, and the first one to finish moves it into place.
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

/** The package always unpacks to the temporary directory of the system. */
async function withTemporaryDirectory(directory: string, work: () => Promise<unknown>): Promise<void> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  await work().finally(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
}
