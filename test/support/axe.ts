/**
 * Checks the accessibility of a page with axe, in light and dark, wide and narrow.
 *
 * Colours take two thirds of the time, and depend on the style sheet alone. `pages/accessibility.test.ts` checks them on an
 * example of every page; tests of a running server check structure.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules whose result depends on the colour scheme. The others examine the document, which is always the same. */
const rulesOfColour = ['color-contrast', 'link-in-text-block'];
/** The rules whose result depends on where elements are, even if they are displayed alike. */
const rulesOfLayout = [...rulesOfColour, 'scrollable-region-focusable', 'skip-link'];
const [wide, narrow] = [1280, 375];

/** Returns the findings on a page whose colours are checked elsewhere, wide and, if elements are displayed differently, narrow. */
export function structureFindings(page: Page): Promise<string[]> {
  return findings(page, { colours: false });
}

/**
 * Returns the findings on the page with all folds open. Leaves the page light and 1280 px wide. All rules are applied wide,
 * and again narrow if the style sheet displays any element differently there. Dark colours are checked narrow only if
 * something is displayed there that is not displayed wide.
 */
export function axeFindings(page: Page): Promise<string[]> {
  return findings(page, { colours: true });
}

async function findings(page: Page, { colours }: { colours: boolean }): Promise<string[]> {
  const found: string[] = [];
  const look = async (colorScheme: 'dark' | 'light', width: number, runOnly?: string[]) => {
    const rules = colours ? {} : Object.fromEntries(rulesOfColour.map((id) => [id, { enabled: false }]));
    const { violations } = await run(page, runOnly ? { runOnly } : { rules });
    for (const { id, help, nodes } of violations) {
      found.push(...nodes.map(({ target }) => `${colorScheme} ${width}: ${id} at ${target} (${help})`));
    }
  };
  const resize = (width: number) => page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  await resize(wide);
  await unfold(page);
  await loadAxe(page);
  found.push(...(await sameNames(page)));
  await look('light', wide);
  const displayedWide = await displayOfElements(page);
  await resize(narrow);
  const displayedNarrow = await displayOfElements(page);
  const isAlike = displayedNarrow.join() === displayedWide.join();
  if (colours || !isAlike) await look('light', narrow, isAlike ? rulesOfLayout : undefined);
  if (!colours) {
    await resize(wide);
    return found;
  }
  // Each change of the size lays out and paints the page again, so there are only two.
  await page.emulateMedia({ colorScheme: 'dark' });
  if (displayedNarrow.some((display, index) => display !== 'none' && displayedWide[index] === 'none'))
    await look('dark', narrow, rulesOfColour);
  await resize(wide);
  await look('dark', wide, rulesOfColour);
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

/** Returns how each element of the document is displayed, in order, and whether it is shown at all. */
function displayOfElements(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll('*'), (element) => {
      const { width, height } = element.getBoundingClientRect();
      const isVisible = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      return isVisible && width * height > 0 ? getComputedStyle(element).display : 'none';
    }),
  );
}

/**
 * Puts axe into the page, if it isn't there yet. By the protocol, because page.evaluate takes three times as long for a text
 * of its size.
 */
export async function loadAxe(page: Page): Promise<void> {
  if (await page.evaluate('typeof axe === "object"')) return;
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: source });
  await session.detach();
}

/** Opens all folds, so that their content is checked too. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
  });
}

/**
 * Returns controls that have the same accessible name and different effects. Axe requires only that there is a name, even
 * if fifteen buttons share it. Axe must be loaded in the page.
 */
export async function sameNames(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { axe } = window as unknown as {
      axe: { setup(): void; teardown(): void; commons: { text: { accessibleText(element: Element): string } } };
    };
    axe.setup();
    const done = new Map<string, string>();
    const found: string[] = [];
    for (const control of document.querySelectorAll('button, a.btn, summary, .hint a, .note a')) {
      // A button that waits for a script has no name yet; a link within the page leads to the control that has its name.
      if (!control.checkVisibility() || control.getAttribute('href')?.startsWith('#')) continue;
      const name = axe.commons.text.accessibleText(control).trim().replace(/\s+/g, ' ').toLowerCase();
      const form = control instanceof HTMLButtonElement ? control.form : null;
      const sent = form && [...new FormData(form)].filter(([field]) => field !== 'csrf').map((pair) => pair.join('='));
      const does = form
        ? `${form.action} ${sent?.join('&')} ${control.getAttribute('value')}`
        : (control.getAttribute('href') ?? control.getAttribute('data-copy') ?? String(done.size));
      const before = done.get(name);
      if (before !== undefined && before !== does) found.push(`“${name}” does ${before} and ${does}`);
      done.set(name, does);
    }
    axe.teardown();
    return found;
  });
}

function run(page: Page, options: RunOptions): Promise<AxeResults> {
  // Only violations are requested, so that axe need not describe each element that passes.
  return page.evaluate(`axe.run(${JSON.stringify({ ...options, resultTypes: ['violations'] })})`);
}
