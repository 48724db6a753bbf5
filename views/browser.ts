import { html } from 'hono/html';
import type { Html } from './html.ts';
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

/** What people call the methods of a sign-in, as in `amr`; `mfa` and `user` say nothing new. */
export function methodWords(methods: readonly string[]): Html[] {
  const { pwd, otp, rcv, passkey, fed } = m().ownPages.methods;
  const known: Readonly<Record<string, string>> = { pwd, otp, rcv, hwk: passkey, swk: passkey, fed };
  const words = methods.map((method) => known[method]).filter((word) => word !== undefined);
  return [...new Set(words)].map((word) => html`${word}`);
}
