/** What the browser tests of a file share: a browser, a server, and an app to go back to. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { type App, startApp } from './app.ts';
import { sharedBrowser } from './browser.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts';
import { newVisitor } from './visitor.ts';

export interface BrowserSuite {
  readonly browser: Browser;
  readonly server: TestServer;
  readonly app: App;
  /** A window that may ask the server and the app, and complains of everything else (newVisitor). */
  open(options?: BrowserContextOptions): Promise<Page>;
}

/** Starts all of it, awaited at the top of a test file, and stops it after the file's last test. */
export async function browserSuite(options: TestServerOptions = {}): Promise<BrowserSuite> {
  const [browser, server] = await Promise.all([sharedBrowser(), startTestServer(options)]);
  const app = await startApp(server);
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });
  return { browser, server, app, open: (window) => newVisitor(browser, [server.issuer, app.origin], window) };
}
