import { expect, it } from 'vitest';
import { mailPauseSeconds } from '../../src/policy/mails.ts';

it('a mail is tried for two days, with pauses that grow to an hour', () => {
  const pauses: number[] = [];
  let age = 0;
  for (let made = 1; ; made += 1) {
    const pause = mailPauseSeconds(made, age);
    if (pause === undefined) break;
    expect(pause).toBeGreaterThanOrEqual(pauses.at(-1) ?? 0);
    pauses.push(pause);
    age += pause;
  }
  expect([pauses[0], pauses.at(-1)]).toEqual([60, 3600]);
  expect(age).toBeGreaterThan(47 * 3600);
  expect(age).toBeLessThanOrEqual(48 * 3600);
});

it('a mail server that is down for an hour is asked again within the hour after', () => {
  let age = 0;
  let made = 0;
  while (age < 3600) {
    made += 1;
    age += mailPauseSeconds(made, age) as number;
  }
  expect(age).toBeLessThan(2 * 3600);
});
