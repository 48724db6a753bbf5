import type { lists as english } from '../en/lists.ts';

export const lists: typeof english = {
  page: (n) => `${n} ページ`,
  pages: 'ページ',
  range: (from, to, total) => `${total} 件中 ${from}〜${to} 件`,
  previous: '前へ',
  next: '次へ',
  changes: '変更される内容',
  field: '項目',
  now: '現在',
  afterwards: '変更後',
  noValue: 'なし',
};
