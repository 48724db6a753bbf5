/** What the browser tests of a file share: a browser, a server, and an app. */
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
  /** Opens a window that may send requests only to the server and the app (see newVisitor). */
  open(options?: BrowserContextOptions): Promise<Page>;
}

/** Starts the suite, at the top of a test file, and stops it after the last test of the file. */
export async function browserSuite(options: TestServerOptions = {}): Promise<BrowserSuite> {
  const [browser, server] = await Promise.all([sharedBrowser(), startTestServer(options)]);
  const app = await startApp(server);
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });
  return { browser, server, app, open: (window) => newVisitor(browser, [server.issuer, app.origin], window) };
}
