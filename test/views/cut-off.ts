import type { Page } from 'playwright-core';

/** Texts that reach into the margins of the page. The sheet clips what overflows, so scrolling would not show it. */
export async function cutOff(page: Page): Promise<(string | null)[]> {
  return page.evaluate(() => {
    const margin = 16;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const cut: (string | null)[] = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.parentElement?.closest('.vh, .skip')) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const outside = [...range.getClientRects()].some((r) => r.left < margin || r.right > innerWidth - margin);
      if (outside && text.textContent?.trim()) cut.push(text.textContent);
    }
    return cut;
  });
}
