import type { time as english } from '../en/time.ts';

export const time: typeof english = {
  justNow: 'à l’instant',
  percent: {
    of: (n) => `${n} %`,
    under: (n) => `moins de ${n} %`,
  },
};
