/** Header names are the caller's to choose: made-up ones cost nobody else anything. */
import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { readHead } from '../../src/gateway/reference/request-head.ts';

const request = (names: string[]) =>
  ({ rawHeaders: names.flatMap((name) => [name, 'x']), headers: {} }) as unknown as IncomingMessage;

const usual = ['Host', 'User-Agent', 'Accept', 'Accept-Encoding', 'Authorization', 'Content-Type', 'Origin', 'Referer'];
const [first, other] = [usual, usual.map((name) => name.toLowerCase())].map(request) as [
  IncomingMessage,
  IncomingMessage,
];

/** The quickest of many rounds, so that what else runs here does not count. */
function quickest(one: IncomingMessage): number {
  const rounds = Array.from({ length: 60 }, () => {
    const started = performance.now();
    for (let i = 0; i < 2_000; i += 1) readHead(one);
    return performance.now() - started;
  });
  return Math.min(...rounds);
}

it('a thousand made-up names are forgotten again: names that come after them are read as quickly as before', () => {
  const before = quickest(first);
  for (let i = 0; i < 1_000; i += 1) readHead(request([`X-Made-Up-${i}`]));
  expect(quickest(other)).toBeLessThan(before * 4);
});
