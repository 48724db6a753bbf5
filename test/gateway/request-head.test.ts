/** Header names are the caller's to choose: made-up ones cost nobody else anything. */
import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { readHead } from '../../src/gateway/reference/request-head.ts';

const request = (names: string[]) =>
  ({ rawHeaders: names.flatMap((name) => [name, 'x']), headers: {} }) as unknown as IncomingMessage;

const usual = ['Host', 'User-Agent', 'Accept', 'Accept-Encoding', 'Authorization', 'Content-Type', 'Origin', 'Referer'];

/** Names that count how often they are looked at closely: a name that is known is only found. */
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
    /** How many names had to be looked at closely in this reading. */
    read(): number {
      const before = count;
      readHead(request(names as unknown as string[]));
      return count - before;
    },
  };
}

it('a thousand made-up names are forgotten again, and names that come after them are known as before', () => {
  // Other tests of this process have left names: begin just after all were forgotten.
  const early = countedNames();
  early.read();
  for (let i = 0; i < 1_000 && early.read() === 0; i += 1) readHead(request([`X-Early-${i}`]));
  const [first, other] = [countedNames(), countedNames()];
  expect([first.read(), first.read()]).toEqual([usual.length, 0]);
  for (let i = 0; i < 1_000; i += 1) readHead(request([`X-Made-Up-${i}`]));
  expect([other.read(), other.read()]).toEqual([usual.length, 0]);
  // Nothing is kept without bound: those before the made-up ones went with them.
  expect([first.read(), first.read()]).toEqual([usual.length, 0]);
});
