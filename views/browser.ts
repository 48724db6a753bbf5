/** The browser of a session, as its header names it. Unknown parts are undefined. */
export type Browser = {
  browser: string | undefined;
  system: string | undefined;
  handheld: boolean;
};

const words = {
  both: (browser: string, system: string) => `${browser} on ${system}`,
  unknown: 'Unknown browser',
};

/** "Firefox on Linux", or as much of it as is known. */
export function browserName({ browser, system }: Browser): string {
  if (browser && system) return words.both(browser, system);
  return browser ?? system ?? words.unknown;
}
