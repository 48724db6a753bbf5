import type { time as english } from '../en/time.ts';

export const time: typeof english = {
  justNow: 'ahora mismo',
  percent: {
    of: (n) => `${n} %`,
    under: (n) => `menos del ${n} %`,
  },
};
