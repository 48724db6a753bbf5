import { html } from 'hono/html';
import type { adminApiKeys as english } from '../en/admin-api-keys.ts';

export const adminApiKeys: typeof english = {
  title: 'API キー',
  lead: 'ユーザー自身のプログラムのためのキーです。ここでは検索と失効ができます。作成できるのは所有者だけです。',
  search: '所有者、キー、または末尾 4 文字',
  searchHint: 'メールアドレス、アカウント ID、キー ID、9u2T、または見つかったキー全体。アドレスには含まれません。',
  find: '検索',
  nothing: '該当するキーはありません',
  nothingWhy: (sought) => html`${sought} に該当するキーは見つかりません。終了したキーは 90 日間残ります。`,
  again: 'もう一度検索',
  caption: 'キー',
  key: 'キー',
  keyLead: '所有者と、できることです。キー自体は誰にも表示されません。',
  id: 'キー ID',
  owner: '所有者',
  may: '許可',
  lastUse: '最終使用',
  never: 'なし',
  state: '期限',
  show: 'このアカウントのキーを表示',
  revoke: (key) => html`${key} を失効させますか？`,
  revokeText: (key) => `${key} を失効させますか？`,
  whose: (key, owner) => html`${key} の所有者は ${owner} です。`,
  effect: 'このキーを使うプログラムは、1 秒以内にすべての場所で拒否されます。この操作は取り消せません。',
  told: '所有者にメールが送られます。',
};
