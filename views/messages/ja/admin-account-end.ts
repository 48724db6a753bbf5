import { html } from 'hono/html';
import type { adminAccountEnd as english } from '../en/admin-account-end.ts';

export const adminAccountEnd: typeof english = {
  idElsewhere: '他のシステムでの ID',
  passkeyIsBoth: '認証アプリはありません。パスキーは両方の段階を兼ねます。',
  created: (day) => html`${day}に追加`,
  lastUsed: (ago) => `最終使用 ${ago}`,
  neverUsed: '未使用',
  removeOne: (passkey) => html`削除<span class="vh">: パスキー ${passkey}</span>`,
  removePasskeys: 'すべてのパスキーを削除',
  passkey: {
    title: (passkey, account) => `${account} のパスキー ${passkey} を削除`,
    heading: (passkey, account) => html`${account} のパスキー ${passkey} を削除しますか？`,
    effect: 'このパスキーではもうログインできません。',
    effectToo: 'ほかにログインの手段がない場合、本人はメールのリンクで復帰します。',
    button: 'パスキーを削除',
  },
  session: {
    title: (account) => `${account} のセッションを終了`,
    heading: (account) => html`${account} のこのセッションを終了しますか？`,
    effect: 'このブラウザーでは再度ログインが必要です。',
    button: 'セッションを終了',
  },
  deletion: {
    heading: '削除',
    lead: 'すべてを終了し、名前とアドレスを完全に削除します。',
    own: (link) => html`あなた自身です。自分のアカウントは${link}で削除します。`,
    offer: (account) => html`${account} を削除`,
  },
  remove: {
    title: (account) => `${account} を削除`,
    heading: (account) => html`${account} を完全に削除しますか？`,
    effect:
      '名前、アドレス、ログインの手段、許可した内容は失われます。監査ログには、ID と、記録された出来事のブラウザーおよびネットワークアドレスが残ります。',
    told: '本人にはメールで知らせます。元に戻せません。',
    button: '完全に削除',
    address: (address) => html`アドレスは ${address} です`,
    confirm: '確認のためアドレスを入力してください',
    notItsAddress: html`アドレスと一致しません。何も削除されていません`,
    first: '先に済ませることがあります。',
    lastAdmin: '唯一の管理者です。ほかの管理者を任命してください。',
    owns: (clients) => html`${clients} を所有しています。削除するか、別の所有者を指定してください。`,
  },
};
