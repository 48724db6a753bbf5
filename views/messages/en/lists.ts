/** Lists with pages, and comparisons. */
export const lists = {
  page: (n: number): string => `Page ${n}`,
  pages: 'Pages',
  range: (from: string, to: string, total: string): string => `${from} to ${to} of ${total}`,
  previous: 'Previous',
  next: 'Next',
  changes: 'What would change',
  field: 'Field',
  now: 'Now',
  afterwards: 'Then',
  noValue: 'none',
};
