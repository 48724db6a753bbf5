import { html } from 'hono/html';
import type { usage as english } from '../en/usage.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('ja');

export const usage: typeof english = {
  heading: '行われた操作',
  lead: 'VibeCaaS が数えた直近 30 日間の呼び出しです。呼び出しの内容は記録しません。',
  last: (ago) => `最後の呼び出し：${ago}。`,
  lastFrom: (ago, address) => html`最後の呼び出し：${ago}、${address} から。`,
  none: '直近 30 日間の呼び出しはありません。',
  kinds: { read: '閲覧', changed: '変更', generated: 'AI の利用', other: 'その他の呼び出し', refused: '拒否' },
  more: '変更など',
  said: (max, refused) => `30 日間の 1 日あたりの呼び出し：最大 ${max} 件、拒否は合計 ${refused} 件`,
  recent: (calls, days, refused) =>
    `直近 ${days} 日間の呼び出し：${plural(calls, { other: '# 件' })}${refused > 0 ? `（拒否 ${plural(refused, { other: '# 件' })}）` : ''}`,
  table: '日別の呼び出し（新しい順）',
  projects: 'プロジェクト',
  people: '利用者',
};
