/** Browser windows that tests use one after another: a new one takes a process of its own. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

export interface BorrowedWindow {
  readonly context: BrowserContext;
  /** A new page, without a history. */
  readonly page: Page;
  /** Closes its pages and removes its cookies and permissions. A later test with the same options gets it. */
  giveBack(): Promise<void>;
}

interface IdleWindow {
  readonly options: string;
  readonly context: BrowserContext;
  /** Keeps the process alive. */
  readonly emptyPage: Page;
}

/** Files use few different options at a time. */
const maxIdle = 4;
const idle = new WeakMap<Browser, IdleWindow[]>();

/**
 * Opens a page in an idle window with these options, or in a new window. The HTTP cache stays from test to test. Pages
 * store nothing but cookies. A test that changes more of the context (routes, scripts) makes one of its own.
 */
export async function borrowWindow(browser: Browser, options: BrowserContextOptions): Promise<BorrowedWindow> {
  const windows = idle.get(browser) ?? [];
  idle.set(browser, windows);
  const wanted = JSON.stringify(options);
  const [found] = windows.splice(indexOf(windows, wanted), 1);
  const context = found?.context ?? (await browser.newContext(options));
  const page = await context.newPage();
  await found?.emptyPage.close();
  return {
    context,
    page,
    async giveBack() {
      const used = context.pages();
      const emptyPage = await context.newPage();
      await Promise.all(used.map((one) => one.close()));
      await Promise.all([context.clearCookies(), context.clearPermissions()]);
      windows.push({ options: wanted, context, emptyPage });
      if (windows.length > maxIdle) await windows.shift()?.context.close();
    },
  };
}

/** Returns the index of the first window with these options, or the number of windows if all have others. */
function indexOf(windows: readonly IdleWindow[], wanted: string): number {
  const index = windows.findIndex(({ options }) => options === wanted);
  return index < 0 ? windows.length : index;
}
