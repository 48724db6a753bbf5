/** Looks at a page of a running server: axe, and nothing wider than the window. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { structureFindings } from '../support/axe.ts';

/** Waits for the page with this title, and expects no findings. */
export async function look(page: Page, title: string): Promise<void> {
  await expect.poll(() => page.title()).toBe(`${title} · VibeCaaS`);
  expect(await structureFindings(page), `${title}, ${page.url()}`).toEqual([]);
  for (const width of [320, 375, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(tooWide, `${title} at ${width}`).toBeLessThanOrEqual(0);
  }
}
