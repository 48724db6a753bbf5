/** Many pages at once, each in a frame of its own: one document to open and one question to ask for all of them. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { policy, stylesheet } from './open.ts';

/** What a page is like in a window of one size. */
export interface Layout {
  readonly lang: string;
  readonly headings: number;
  /** How wide the page is. More than the window if something overflows. */
  readonly width: number;
  /** Texts that reach into the margins. The sheet clips what overflows, so `width` does not show it. */
  readonly cutOff: readonly string[];
  readonly isStyled: boolean;
}

interface Size {
  readonly width: number;
  /** The size of the text, such as `200%`. */
  readonly text?: string;
}

/** As many frames as one document lays out without needing much memory. */
const together = 40;

/**
 * Lays out each page at each size, with all folds open.
 *
 * @returns for each title its layouts, in the order of the sizes
 */
export async function layouts(
  browser: Browser,
  pages: Readonly<Record<string, string>>,
  sizes: readonly Size[],
): Promise<Record<string, Layout[]>> {
  const titles = Object.keys(pages);
  const server = await serve(titles.map((title) => pages[title] ?? ''));
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const found: Record<string, Layout[]> = Object.fromEntries(titles.map((title) => [title, []]));
  try {
    for (let first = 0; first < titles.length; first += together) {
      const some = titles.slice(first, first + together);
      await page.goto(`${server.origin}/frames?first=${first}&count=${some.length}`);
      for (const size of sizes) {
        const measured = await page.evaluate(measure, size);
        for (const [n, title] of some.entries()) found[title]?.push(measured[n] as Layout);
      }
    }
  } finally {
    await page.close();
    server.close();
  }
  return found;
}

/** Serves the pages as the server would: the stylesheet by its path, nothing inline. */
async function serve(pages: readonly string[]) {
  const css = await readFile(stylesheet);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://auth.test');
    if (url.pathname === '/assets/style.css') {
      response.writeHead(200, { 'content-type': 'text/css', 'cache-control': 'max-age=600' }).end(css);
    } else if (url.pathname === '/frames') {
      const [first, count] = [Number(url.searchParams.get('first')), Number(url.searchParams.get('count'))];
      const frames = Array.from({ length: count }, (_, n) => `<iframe height="640" src="/page/${first + n}"></iframe>`);
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${frames.join('')}`);
    } else {
      const html = pages[Number(url.pathname.split('/').pop())];
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
      response.writeHead(html === undefined ? 404 : 200, headers).end(html);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Runs in the browser. */
function measure({ width, text = '' }: Size): Layout[] {
  const margin = 16;
  const frames = [...document.querySelectorAll('iframe')];
  for (const frame of frames) {
    frame.style.border = '0';
    frame.style.width = `${width}px`;
    const { documentElement: root } = frame.contentDocument as Document;
    root.style.fontSize = text;
    for (const fold of root.querySelectorAll('details')) fold.open = true;
  }
  return frames.map((frame) => {
    const page = frame.contentDocument as Document;
    const cutOff: string[] = [];
    const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (node.parentElement?.closest('.vh, .skip') || !node.textContent?.trim()) continue;
      const range = page.createRange();
      range.selectNodeContents(node);
      const isOutside = [...range.getClientRects()].some((r) => r.left < margin || r.right > width - margin);
      if (isOutside) cutOff.push(node.textContent);
    }
    return {
      lang: page.documentElement.lang,
      headings: page.querySelectorAll('h1').length,
      width: page.documentElement.scrollWidth,
      cutOff,
      isStyled: frame.contentWindow?.getComputedStyle(page.body).display === 'flex',
    };
  });
}
