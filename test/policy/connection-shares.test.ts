import { describe, expect, it } from 'vitest';
import { mayTake } from '../../src/policy/connection-shares.ts';

const idle = { a: 0, b: 0, c: 0 };

describe('a pool of ten connections for three kinds of work', () => {
  it('gives one kind all but one connection for each other kind', () => {
    expect(mayTake('a', { ...idle, a: 7 }, 10)).toBe(true);
    expect(mayTake('a', { ...idle, a: 8 }, 10)).toBe(false);
  });

  it('gives every kind a connection, however many the others use', () => {
    for (const used of [
      { ...idle, a: 8 },
      { ...idle, a: 5, b: 4 },
      { ...idle, b: 8 },
    ]) {
      for (const kind of ['a', 'b', 'c'] as const) if (used[kind] === 0) expect(mayTake(kind, used, 10)).toBe(true);
    }
  });

  it('is never given out twice, in whatever order kinds come and go', () => {
    const kinds = ['a', 'b', 'c'] as const;
    for (let seed = 1; seed <= 200; seed += 1) {
      const used = { ...idle };
      let random = seed;
      for (let step = 0; step < 200; step += 1) {
        random = (random * 48_271) % 2_147_483_647;
        const kind = kinds[random % 3] as (typeof kinds)[number];
        if (random % 5 === 0) used[kind] = Math.max(0, used[kind] - 1);
        else if (mayTake(kind, used, 10)) used[kind] += 1;
        expect(used.a + used.b + used.c).toBeLessThanOrEqual(10);
      }
    }
  });
});

describe('a small pool', () => {
  it('belongs to whoever comes first', () => {
    expect(mayTake('a', { ...idle, a: 4 }, 5)).toBe(true);
    expect(mayTake<keyof typeof idle>('b', { ...idle, a: 5 }, 5)).toBe(false);
    expect(mayTake('a', idle, 1)).toBe(true);
  });
});
