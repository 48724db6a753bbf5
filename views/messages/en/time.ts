/** Times and shares, where `Intl` has no words. */
export const time = {
  justNow: 'just now',
  percent: {
    of: (n: string) => `${n} %`,
    under: (n: string) => `under ${n} %`,
  },
};
