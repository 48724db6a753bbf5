/** Browsers in words: what a person reads in the list of their sessions. */
import { expect, it } from 'vitest';
import { nameBrowser } from '../../src/policy/browsers.ts';
import { keptUserAgent } from '../../src/policy/user-agents.ts';
import { userAgents } from '../support/browsers.ts';

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';

it.each([
  [userAgents.firefox, 'Firefox', 'Linux', false],
  [userAgents.iPhone, 'Safari', 'iPhone', true],
  [userAgents.chrome, 'Chrome', 'Windows', false],
  [`${mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`, 'Safari', 'macOS', false],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0`,
    'Edge',
    'Windows',
    false,
  ],
  [`Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/138.0.0.0 Mobile Safari/537.36`, 'Chrome', 'Android', true],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet',
    'Android',
    true,
  ],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/138.0.0.0 Safari/537.36`, 'Chrome', 'ChromeOS', false],
])('%s is named by its browser and its system', (header, browser, system, handheld) => {
  expect(nameBrowser(header)).toEqual({ browser, system, handheld });
});

it.each([null, undefined, '', '-', '()', 'x'.repeat(400)])(
  'a header that names nothing, such as %j, is unknown',
  (header) => {
    const { browser, system, handheld } = nameBrowser(header);
    expect([system, handheld]).toEqual([undefined, false]);
    expect(browser === undefined || browser.length < 60, String(browser)).toBe(true);
  },
);

it('a User-Agent header is kept without control characters, and not longer than browsers send it', () => {
  expect(keptUserAgent(' Example\t\u0007/1.0 ')).toBe('Example /1.0');
  expect(keptUserAgent('  ')).toBeUndefined();
  expect(keptUserAgent('x'.repeat(5_000))?.length).toBe(400);
});
