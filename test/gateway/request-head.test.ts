/** Callers choose their own header names: made-up names cost other callers nothing. */
import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { readHead } from '../../src/gateway/reference/request-head.ts';

const request = (names: string[]) =>
  ({ rawHeaders: names.flatMap((name) => [name, 'x']), headers: {} }) as unknown as IncomingMessage;

const usual = ['Host', 'User-Agent', 'Accept', 'Accept-Encoding', 'Authorization', 'Content-Type', 'Origin', 'Referer'];

/** Names that count how often they are inspected: a known name is only looked up. */
function countedNames() {
  let count = 0;
  const names = usual.map((name) =>
    Object.assign(new String(name), {
      toLowerCase() {
        count += 1;
        return name.toLowerCase();
      },
    }),
  );
  return {
    /** How many names had to be inspected in this reading. */
    read(): number {
      const before = count;
      readHead(request(names as unknown as string[]));
      return count - before;
    },
  };
}

it('a thousand made-up names are forgotten again, and names after them are recognized as before', () => {
  // Other tests of this process have left names, so begin just after all were forgotten.
  const early = countedNames();
  early.read();
  for (let i = 0; i < 1_000 && early.read() === 0; i += 1) readHead(request([`X-Early-${i}`]));
  const [first, other] = [countedNames(), countedNames()];
  expect([first.read(), first.read()]).toEqual([usual.length, 0]);
  for (let i = 0; i < 1_000; i += 1) readHead(request([`X-Made-Up-${i}`]));
  expect([other.read(), other.read()]).toEqual([usual.length, 0]);
  // Nothing is kept without a bound: the names from before the made-up ones were forgotten with them.
  expect([first.read(), first.read()]).toEqual([usual.length, 0]);
});
