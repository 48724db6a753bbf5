/** Work that repeats: what fails stops nothing else, and nothing runs twice at the same time. */
import { expect, it, vi } from 'vitest';
import type { Logger } from '../../src/log/index.ts';
import { alone, inTurn } from '../../src/server/repeated-work.ts';

it('Each piece of work begins when the one before has ended', async () => {
  const events: string[] = [];
  const first = Promise.withResolvers<void>();
  const done = inTurn([
    async () => {
      events.push('first begins');
      await first.promise;
      events.push('first ends');
    },
    async () => void events.push('second begins'),
  ])();
  await Promise.resolve();
  expect(events).toEqual(['first begins']);
  first.resolve();
  await done;
  expect(events).toEqual(['first begins', 'first ends', 'second begins']);
});

it('What fails does not keep the rest from running, and its error is reported', async () => {
  const ran: string[] = [];
  const work = inTurn([
    async () => Promise.reject(new Error('the first')),
    async () => void ran.push('second'),
    async () => Promise.reject(new Error('the third')),
    async () => void ran.push('fourth'),
  ]);
  await expect(work()).rejects.toThrow('the first');
  expect(ran).toEqual(['second', 'fourth']);
});

it('Work that is still running is not begun again, and a failure is logged and ends it', async () => {
  const warn = vi.fn();
  let begun = 0;
  let fail = Promise.withResolvers<void>();
  const work = alone({ warn } as unknown as Logger, () => {
    begun += 1;
    return fail.promise;
  });
  const running = work();
  await work();
  expect(begun).toBe(1);
  fail.reject(new Error('broken'));
  await running;
  expect(warn).toHaveBeenCalledOnce();
  fail = Promise.withResolvers();
  fail.resolve();
  await work();
  expect(begun).toBe(2);
});
