/** Names the browser and the system of a User-Agent header, for a person who wants to know a session again. */
import Bowser from 'bowser';

export interface NamedBrowser {
  /** As its maker calls it: "Firefox". Undefined for a program that does not say. */
  readonly browser: string | undefined;
  readonly system: string | undefined;
  /** Whether it is held in a hand. */
  readonly handheld: boolean;
}

/** What people call it, where the library's name is another. */
const systems: Readonly<Record<string, string>> = { 'Chrome OS': 'ChromeOS' };
const browsers: Readonly<Record<string, string>> = {
  'Microsoft Edge': 'Edge',
  'Samsung Internet for Android': 'Samsung Internet',
};

export function nameBrowser(userAgent: string | null | undefined): NamedBrowser {
  if (!userAgent) return { browser: undefined, system: undefined, handheld: false };
  const { browser, os, platform } = Bowser.parse(userAgent);
  const apple = platform.vendor === 'Apple' && platform.type !== 'desktop' ? platform.model : undefined;
  const system = apple ?? os.name;
  return {
    browser: known(browser.name, browsers),
    system: known(system, systems),
    handheld: platform.type === 'mobile' || platform.type === 'tablet',
  };
}

function known(name: string | undefined, names: Readonly<Record<string, string>>): string | undefined {
  if (!name) return undefined;
  return names[name] ?? name;
}
