import { m } from './messages/index.ts';

/** The browser of a session, as its header names it. Unknown parts are undefined. */
export type Browser = {
  browser: string | undefined;
  system: string | undefined;
  handheld: boolean;
};

/** "Firefox on Linux", or as much of it as is known. */
export function browserName({ browser, system }: Browser): string {
  const words = m().ownPages.browser;
  if (browser && system) return words.onSystem(browser, system);
  return browser ?? system ?? words.unknown;
}
