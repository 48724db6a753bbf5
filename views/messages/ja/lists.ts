import { html } from 'hono/html';
import type { lists as english } from '../en/lists.ts';

export const lists: typeof english = {
  changes: '変更される内容',
  field: '項目',
  now: '現在',
  afterwards: '変更後',
  noValue: 'なし',
  yes: 'はい',
  no: 'いいえ',
  removed: (before, days) => html`${before} より前の記録は、${days} 日を過ぎたため削除されました。`,
};
