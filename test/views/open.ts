import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

export const stylesheet = new URL('../../views/assets/style.css', import.meta.url);

/** As strict as the server's own policy about what a page may load or run. */
export const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";

/** A window for pages that no server sends. */
export interface Window {
  readonly page: Page;
  /** The bodies that the forms of its pages posted. */
  readonly posts: string[];
  show(html: string): Promise<void>;
  /** Shows another page in the same document, which keeps its globals. Cheaper where nothing is clicked. */
  rewrite(html: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a window that gets each page as a browser would get it from the server: the stylesheet by its path, nothing
 * inline. Forms that it posts are answered with an empty page.
 */
export async function openWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<Window> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const posts: string[] = [];
  let html = '';
  const css = await readFile(stylesheet, 'utf8');
  await context.route('**/*', async (route) => {
    const request = route.request();
    if (request.method() === 'POST') posts.push(`${new URL(request.url()).pathname} ${request.postData()}`);
    if (request.url().endsWith('/assets/style.css')) return route.fulfill({ contentType: 'text/css', body: css });
    const body = request.method() === 'POST' ? '' : html;
    return route.fulfill({ contentType: 'text/html', headers: { 'content-security-policy': policy }, body });
  });
  const page = await context.newPage();
  const show = async (text: string): Promise<void> => {
    html = text;
    await page.goto('http://auth.test/');
  };
  return { page, posts, show, rewrite: (text) => page.evaluate(rewriteDocument, text), close: () => context.close() };
}

/** Runs in the browser. */
async function rewriteDocument(html: string): Promise<void> {
  document.open();
  document.write(html);
  document.close();
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')];
  await Promise.all(
    links.map((link) => link.sheet ?? new Promise((resolve) => link.addEventListener('load', resolve))),
  );
}

/** Opens a window that shows `html`. */
export async function open(browser: Browser, html: string, options?: BrowserContextOptions): Promise<Window> {
  const window = await openWindow(browser, options);
  await window.show(html);
  return window;
}

/** The text that a person reads there, with line breaks: these tests are about the rendered text. */
// biome-ignore lint/performance/useDomNodeTextContent: textContent has no line breaks
export const textOf = (place: Locator): Promise<string> => place.innerText();
