import { html } from 'hono/html';
import type { outbox as english } from '../en/outbox.ts';

export const outbox: typeof english = {
  title: '送信トレイ',
  lead: (folder, setting) =>
    html`このサーバーにはメールサーバーがないため、メールは ${folder} にファイルとして保存されます。${setting} を設定すると送信されます。`,
  none: 'メールはありません',
  ask: 'メールを受け取る: 新しいパスワードの設定',
  to: (to, at) => html`宛先 ${to}、${at}`,
  asHtml: 'HTML で見る',
};
