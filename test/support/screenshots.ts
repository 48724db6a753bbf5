/**
 * Takes the pictures of the documentation: `npm run screenshots`. Starts the server as `npm start` does, on a database of its
 * own that is gone afterwards, and walks through it in a real browser.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { demo } from '../../src/operations/demo.ts';
import { startServer } from '../../src/server.ts';
import { launchBrowser } from './browser.ts';

const images = join(import.meta.dirname, '../../docs/images');
/** The address that the pictures show: that of `npm start`. */
const port = 3000;
const issuer = `http://localhost:${port}`;

const dataDir = await mkdtemp(join(tmpdir(), 'vcauth-screenshots-'));
const config = readConfig({ DATA_DIR: dataDir, PORT: String(port), METRICS_PORT: 'off' });
const server = await startServer(config, createLogger({ level: 'error' }));
try {
  await mkdir(images, { recursive: true });
  const browser = await launchBrowser({ systemFonts: true });
  await takePictures(browser);
  await browser.close();
} finally {
  const cluster = await readFile(join(dataDir, 'postgres/location'), 'utf8').catch(() => undefined);
  await server.stop();
  for (const folder of [dataDir, cluster?.trim()]) if (folder) await rm(folder, { recursive: true, force: true });
}

async function takePictures(browser: Browser): Promise<void> {
  const page = await newPage(browser);
  await page.goto(`${issuer}/playground`);
  await press(page, 'Ask for access');
  await page.getByLabel('Email address').fill(demo.email);
  await page.getByLabel('Password').fill(demo.password);
  await press(page, 'Sign in');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await take(page, `consent-${colorScheme}`, await bottomOf(page, 'main'));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await press(page, 'Allow');
  await press(page, 'Next: exchange the code');
  await take(page, 'playground', await bottomOf(page, '[aria-current]'));
  await takeAdminPictures(await newPage(browser));
}

async function takeAdminPictures(page: Page): Promise<void> {
  const admin = { email: 'admin@vibecaas.localhost', password: 'only-for-these-pictures' };
  vcauth(
    ['accounts', 'create', '--email', admin.email, '--name', 'Admin', '--admin', '--password-stdin'],
    admin.password,
  );
  const web = ['--type', 'web', '--redirect-uri', 'https://app.metrics.example/callback'];
  const metrics = ['--client-id', 'metrics', '--owner', 'Example Company Ltd', '--optional-scope', 'ai:generate'];
  vcauth(['clients', 'create', '--name', 'Example Metrics', ...web, ...metrics]);
  vcauth([
    'clients',
    'create',
    '--name',
    'Example Terminal',
    '--type',
    'native',
    '--redirect-uri',
    'http://127.0.0.1/callback',
  ]);
  vcauth(['clients', 'create', '--name', 'Demo N0tes', ...web, '--client-id', 'imitation']);
  vcauth(['clients', 'disable', 'imitation']);
  await page.goto(`${issuer}/admin/clients`);
  await page.getByLabel('Email address').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await press(page, 'Sign in');
  await take(page, 'admin-clients', (await bottomOf(page, '.panel')) + 24);
  await page.goto(`${issuer}/admin/client/metrics`);
  await page.getByLabel('Reason, for the record').first().fill('Company register and domain checked.');
  await press(page, 'Verify');
  await press(page, 'Roll');
  await take(page, 'admin-client', (await bottomOf(page, '.panel:not(.grave)')) + 24);
}

/** The command on the database of these pictures. */
function vcauth(words: string[], input = ''): void {
  const env = { ...process.env, DATA_DIR: dataDir, PORT: String(port) };
  const { status, stderr } = spawnSync(process.execPath, ['src/cli.ts', ...words], { env, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`vcauth ${words.join(' ')}: ${stderr}`);
}

/** A window with a typeface that every machine with fonts has for what a machine reads. */
async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
  const page = await context.newPage();
  page.on('load', async () => {
    await page.addStyleTag({ content: ':root { --sans: "Open Sans"; --mono: "DejaVu Sans Mono" }' });
  });
  return page;
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

async function bottomOf(page: Page, selector: string): Promise<number> {
  return page.locator(selector).evaluate((element) => element.getBoundingClientRect().bottom + scrollY);
}

/** The page from its top down to `bottom`. */
async function take(page: Page, name: string, bottom: number): Promise<void> {
  const path = join(images, `${name}.png`);
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width: 1280, height: Math.ceil(bottom) } });
  process.stdout.write(`${join('docs/images', `${name}.png`)}\n`);
}
