import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

const stylesheet = new URL('../../views/assets/style.css', import.meta.url);

/** As strict as the server's own policy about what a page may load or run. */
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";

/**
 * Opens a page as a browser would get it from the server: the stylesheet by its path, nothing inline. What its forms
 * post is collected in `posts`, one body each, and answered with an empty page.
 */
export async function open(
  browser: Browser,
  html: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; posts: string[]; close: () => Promise<void> }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const posts: string[] = [];
  const css = await readFile(stylesheet, 'utf8');
  await context.route('**/*', async (route) => {
    const request = route.request();
    if (request.method() === 'POST') posts.push(`${new URL(request.url()).pathname} ${request.postData()}`);
    if (request.url().endsWith('/assets/style.css')) return route.fulfill({ contentType: 'text/css', body: css });
    const body = request.method() === 'POST' ? '' : html;
    return route.fulfill({ contentType: 'text/html', headers: { 'content-security-policy': policy }, body });
  });
  const page = await context.newPage();
  await page.goto('http://auth.test/');
  return { page, posts, close: () => context.close() };
}

/** What a person reads there, lines and all: the text as it is rendered is what these tests are about. */
// biome-ignore lint/performance/useDomNodeTextContent: textContent knows no lines
export const textOf = (place: Locator): Promise<string> => place.innerText();
