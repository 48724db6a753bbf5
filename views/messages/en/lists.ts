/** Comparisons of fields. */
export const lists = {
  changes: 'What would change',
  field: 'Field',
  now: 'Now',
  afterwards: 'Then',
  noValue: 'none',
  yes: 'yes',
  no: 'no',
};
