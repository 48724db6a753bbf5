/** What axe finds on a page: whatever a rule of accessibility says is wrong, in light and dark, wide and narrow. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules that a colour scheme can change. The others read the document, and that is the same in light and dark. */
const rulesOfColour = ['color-contrast', 'link-in-text-block'];
const widths = [1280, 375];

/** The findings on the page as it stands, folds opened. Leaves it light and 1280 px wide. */
export async function axeFindings(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await unfold(page);
  await page.evaluate(source);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of widths.toReversed()) {
      await page.setViewportSize({ width, height: 800 });
      const { violations } = await run(page, colorScheme === 'dark' ? { runOnly: rulesOfColour } : {});
      for (const { id, help, nodes } of violations) {
        found.push(...nodes.map(({ target }) => `${colorScheme} ${width}: ${id} at ${target} (${help})`));
      }
    }
  }
  return found;
}

/** Opens all folds, so that what they hold is looked at too. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
  });
}

function run(page: Page, options: RunOptions): Promise<AxeResults> {
  // Only violations are asked for, so axe need not describe each element that passes.
  return page.evaluate(`axe.run(${JSON.stringify({ ...options, resultTypes: ['violations'] })})`);
}
