/**
 * What the engine has to say while it is loaded. Of every Node.js that is no LTS release by its own word
 * (`process.release.lts`) it writes to the console that it is unsupported, and has no setting for that: the first line of
 * a start, which alarms whoever is on call and can do nothing. All our tests run with this Node.js. So the engine is loaded
 * here, before anybody else asks for it, and what it says is kept for the log; the console is its own again at once.
 */
import { createRequire } from 'node:module';
import { format, stripVTControlCharacters } from 'node:util';

export const engineWarnings: readonly string[] = load();

function load(): string[] {
  const remarks: string[] = [];
  const { warn } = console;
  console.warn = (...said: unknown[]) => void remarks.push(stripVTControlCharacters(format(...said)));
  try {
    createRequire(import.meta.url)('oidc-provider');
  } finally {
    console.warn = warn;
  }
  return remarks;
}
