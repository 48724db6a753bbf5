import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { clientDocuments as english } from '../en/client-documents.ts';

export const clientDocuments: typeof english = {
  changed: {
    what: 'このアプリは、以前に許可したときから変わっています。',
    todo: '提供元がアプリの情報を変更しました。理由に心当たりがなければ、拒否してください。',
    name: (before: Html, now: Html): Html => html`名前が ${before} から ${now} に変わりました。`,
    nameElsewhere: 'ほかの言語での名前が変わりました。',
    added: (addresses: Html, hidden: number): Html =>
      html`新しい戻り先：${addresses}${hidden > 0 && `、ほか ${hidden} 件`}。`,
    removed: '以前の戻り先の一部はなくなりました。',
    keys: '身元を証明する鍵が変わりました。',
  },
  registeredItself: '自己登録',
  /** On the page of an admin. */
  admin: {
    title: 'ドキュメント',
    lead: 'このクライアントは、ID であるアドレスで自身を説明しています。そのアドレスを管理する人は内容を変更できます。名前、アドレス、鍵が変わると、利用者に再度確認します。',
    address: 'アドレス',
    digest: 'ハッシュ値 (SHA-256)',
    read: '読み込み日時',
    fresh: '有効期限',
    wrong: 'ドキュメントを使用できないため、新しい認可は開始されません。',
    /** What was wrong is in English in every language. */
    failed: (moment: Html, error: Html): Html => html`${moment}：${error}。`,
    again: '今すぐ読み込む',
  },

  decided: {
    title: '管理者が決定した項目',
    lead: 'クライアントが自身について何を申告しても、ここにある内容が有効です。項目を戻すと、クライアントの申告が再び有効になります。',
    itself: 'クライアントの申告',
    giveBack: '戻す',
    none: 'なし',
  },
};
