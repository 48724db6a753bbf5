import type { time as english } from '../en/time.ts';

export const time: typeof english = {
  justNow: 'gerade eben',
  percent: {
    of: (n) => `${n} %`,
    under: (n) => `unter ${n} %`,
  },
};
