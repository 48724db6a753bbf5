import { html } from 'hono/html';
import type { adminInvitations as english } from '../en/admin-invitations.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('ja');

export const adminInvitations: typeof english = {
  title: '招待',
  back: '← アカウント',
  lead: 'メールのリンクからアカウントを作成できる人です。',
  invite: '招待する',
  state: '状態',
  any: 'すべて',
  apply: '適用',
  order: '新しい順',
  noun: () => '件の招待',
  inState: (state) => `状態「${state}」`,
  states: {
    waiting: '送信待ち',
    not_sent: '未送信',
    sent: '送信済み',
    expired: '期限切れ',
    has_account: 'アカウントあり',
    accepted: '承諾済み',
    withdrawn: '取り消し済み',
  },
  why: {
    not_sent: 'メールサーバーが 2 日間メールを受け付けませんでした。',
    expired: '7 日間、リンクは使われませんでした。',
    has_account: 'このアドレスは別の方法でアカウントを取得しました。',
  },
  until: (day) => html`リンクは${day}まで有効です。`,
  by: (day, inviter) => html`${day}、${inviter}が招待しました。`,
  resend: (address) => html`再送信<span class="vh">: ${address}</span>`,
  withdraw: (address) => html`取り消す<span class="vh">: ${address}</span>`,
  filtered: (state) => `状態「${state}」で絞り込んでいます。`,
  admin: '管理者',
  closed: 'このサーバーは招待を受け付けていません。',
  closedTodo: '送信済みのリンクは使えません。REGISTRATION を invite または open に設定してください。',
  noMatch: '一致する招待はありません',
  clear: '絞り込みを解除',
  nobody: '招待された人はいません',
  nobodyClosed: 'アカウントは、管理者、インポート、または自社のプロバイダーによって作成されます。',
  nobodyWhy: '招待はリンク付きのメールです。開いた人は、名前とパスワードまたはパスキーを選びます。',
  create: 'アカウントを作成',
  form: {
    back: '← 招待',
    lead: (days) =>
      plural(days, {
        other:
          'メールには招待者の名前と、# 日間に一度だけ使えるリンクが含まれます。同じアドレスへの新しい招待は古い招待を無効にします。',
      }),
    email: 'メールアドレス',
    name: '名前',
    nameHint: '空のままでもかまいません。本人が変更できます。',
    language: 'メールの言語',
    tier: 'プラン',
    adminHint: 'これらのページですべての操作ができます。すぐに 2 段階目の確認を設定します。',
    who: '招待する相手',
    send: '招待を送信',
  },
};
