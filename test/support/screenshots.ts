/**
 * Takes the screenshots of the documentation: `npm run screenshots`. It starts the server like `npm start`, with a temporary
 * database, and uses it with a real browser.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSync } from 'otplib/functional';
import type { Browser, Page } from 'playwright-core';
import { openInstallation } from '../../src/cli/installation.ts';
import { readConfig } from '../../src/config/index.ts';
import { createLogger } from '../../src/log/index.ts';
import { demo } from '../../src/policy/demo.ts';
import { startServer } from '../../src/server/index.ts';
import { addStatistics as countStatistics } from '../../src/store/client-statistics.ts';
import { launchBrowser } from './browser.ts';

const images = join(import.meta.dirname, '../../docs/images');
/** The screenshots show the address of `npm start`. */
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
  vcauth(['clients', 'disable', 'imitation', '--reason', 'Takes people for those of Demo Notes.']);
  await page.goto(`${issuer}/admin/clients`);
  await page.getByLabel('Email address').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await press(page, 'Sign in');
  await setUpSecondStep(page);
  await take(page, 'admin-clients', (await bottomOf(page, '.panel')) + 24);
  await page.goto(`${issuer}/admin/client/metrics/review`);
  await page.getByLabel('Verify: reason, for the record').fill('Company register and domain checked.');
  await press(page, 'Verify');
  await page.getByRole('status').waitFor();
  await page.goto(`${issuer}/admin/client/metrics`);
  await take(page, 'admin-client', (await bottomOf(page, 'main')) + 24);
  await takePicturesOfUse(page);
}

/** An admin sets up a second step before the first admin page. */
async function setUpSecondStep(page: Page): Promise<void> {
  await page.getByText('Can’t scan it?').click();
  const secret = (await page.locator('.key').textContent())?.replaceAll(' ', '') as string;
  await page.getByLabel('Six-digit code').fill(generateSync({ secret }));
  await press(page, 'Continue');
  await page.getByLabel('I have saved them').check();
  await press(page, 'Done');
}

/** Takes the screenshots of an app that has been used for a month: its failures, its webhooks and its statistics. */
async function takePicturesOfUse(page: Page): Promise<void> {
  for (const redirect of ['https://metrics.example/callback', 'https://app.metrics.example/callback/']) {
    const asked = { client_id: 'metrics', response_type: 'code', redirect_uri: redirect };
    await fetch(`${issuer}/oauth/authorize?${new URLSearchParams(asked)}`);
  }
  const secret = { client_id: 'metrics', client_secret: 'vcs_cs_of-another-day' };
  const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://app.metrics.example/callback' };
  await fetch(`${issuer}/oauth/token`, { method: 'POST', body: new URLSearchParams({ ...secret, ...code }) });
  await page.waitForTimeout(3_000);
  await page.goto(`${issuer}/admin/client/metrics/errors`);
  await take(page, 'admin-errors', (await bottomOf(page, '.panel')) + 24);
  await page.goto(`${issuer}/admin/client/metrics/webhooks`);
  await page.getByLabel('Address').fill('http://localhost:4280/webhooks');
  await press(page, 'Set up');
  const receiver = createServer(
    (request, response) => void request.resume().on('end', () => response.writeHead(204).end()),
  );
  receiver.listen(4280, 'localhost');
  await press(page, 'Send a test event');
  vcauth(['clients', 'rotate-secret', 'metrics', '--keep-old-days', '7']);
  await page.waitForTimeout(3_000);
  receiver.close();
  await page.reload();
  await take(page, 'admin-webhooks', (await bottomOf(page, '.panel:has(#log)')) + 24);
  await addStatistics();
  await page.goto(`${issuer}/admin/statistics`);
  await take(page, 'admin-statistics', (await bottomOf(page, '.panel')) + 24);
}

/** Adds statistics of thirty days. */
async function addStatistics(): Promise<void> {
  const here = openInstallation({ DATA_DIR: dataDir, PORT: String(port) }, () => {});
  const days = Array.from({ length: 30 }, (_, ago) =>
    new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10),
  );
  const counts = days.flatMap((day, ago) => {
    const of = (what: string, count: number) => ({ clientId: 'metrics', day, what, count });
    return [
      of('authorization_code', 40 + ((ago * 17) % 90)),
      of('refresh_token', 2000 + ((ago * 771) % 5000)),
      ...(ago % 4 === 0 ? [of('error', 1 + (ago % 7))] : []),
    ];
  });
  await countStatistics(await here.database(), counts);
  await here.close();
}

/** Runs `vcauth` on the temporary database. */
function vcauth(words: string[], input = ''): void {
  const env = { ...process.env, DATA_DIR: dataDir, PORT: String(port) };
  const { status, stderr } = spawnSync(process.execPath, ['src/cli.ts', ...words], { env, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`vcauth ${words.join(' ')}: ${stderr}`);
}

/** Opens a window with common fonts, so that the screenshots do not depend on the machine. */
async function newPage(browser: Browser): Promise<Page> {
  // Reduced motion, so that no screenshot is taken during the transition between light and dark.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    bypassCSP: true,
    reducedMotion: 'reduce',
  });
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

/** Takes a screenshot of the page from its top to `bottom`. */
async function take(page: Page, name: string, bottom: number): Promise<void> {
  const path = join(images, `${name}.png`);
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width: 1280, height: Math.ceil(bottom) } });
  process.stdout.write(`${join('docs/images', `${name}.png`)}\n`);
}
