/**
 * Collects the engine's warnings while it is loaded. On a Node.js that is not an LTS release (`process.release.lts`)
 * the engine prints to the console that the version is unsupported, and no setting turns that off. It would be the
 * first line of every start, and alarm people on call who can do nothing about it; our tests do run with this Node.js.
 * So this module loads the engine before any other does, and keeps the warnings for the log. The console is restored at
 * once.
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
