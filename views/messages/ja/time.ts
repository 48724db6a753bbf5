import type { time as english } from '../en/time.ts';

export const time: typeof english = {
  justNow: 'たった今',
  percent: {
    of: (n) => `${n}%`,
    under: (n) => `${n}%未満`,
  },
};
