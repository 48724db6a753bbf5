/** Requests that arrive together begin over several turns of the event loop, so that new connections are accepted between them. */
import { expect, it } from 'vitest';
import { createTurns } from '../../../src/web/http/turns.ts';

const eachTurn = (work: () => void) => {
  let isOn = true;
  const turn = () => {
    work();
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOn = false;
  };
};

it('requests begin in order, at most four in a turn, and none in the turn in which it arrived or the next', async () => {
  const nextTurn = createTurns();
  let turns = 0;
  const stop = eachTurn(() => {
    turns += 1;
  });
  const begun: [number, number][] = [];
  await Promise.all(Array.from({ length: 10 }, (_, index) => nextTurn().then(() => begun.push([index, turns]))));
  stop();
  expect(begun.map(([index]) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const perTurn = Map.groupBy(begun, ([, turn]) => turn);
  expect(Math.min(...perTurn.keys())).toBeGreaterThanOrEqual(2);
  expect(Math.max(...Array.from(perTurn.values(), ({ length }) => length))).toBe(4);
});

it('requests that arrive while others wait begin after them, and all begin in the end', async () => {
  const nextTurn = createTurns();
  const begun: number[] = [];
  const first = Array.from({ length: 6 }, (_, index) => nextTurn().then(() => begun.push(index)));
  await first[0];
  await Promise.all([...first, nextTurn().then(() => begun.push(6))]);
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
