import { html } from 'hono/html';
import type { adminFrame as english } from '../en/admin-frame.ts';

export const adminFrame: typeof english = {
  refused: (title) => `未完了: ${title}`,
  area: '管理',
  yourAccount: '自分のアカウント',
  signOut: 'ログアウト',
  admin: '管理',
  tabs: {
    home: 'ホーム',
    clients: 'クライアント',
    unregistered: '未登録のアプリ',
    accounts: 'アカウント',
    audit: '監査ログ',
    keys: '署名鍵',
    statistics: '統計',
  },
  whatHappens: '実行される内容',
  why: '理由',
  onRecord: 'あなたの名前とともに記録されます。',
  goBack: '戻る',
  reason: '理由（記録用）',
  reasonHint: 'ほかの人が読みます。誰が何のために求めたかを書いてください。',
  reasonNeeded: html`必須です。ほかの人が読みます`,
  dayProblem: html`2026-11-24 のような日付を入力してください`,
  typed: '入力した内容',
  problem: (label, problem) => html`${label}：${problem}。`,
  match: (count, _n, asked) => html`${asked} に一致：${count} 件。`,
  clear: 'クリア',
};
