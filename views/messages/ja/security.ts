import { html } from 'hono/html';
import type { security as english } from '../en/security.ts';

export const security: typeof english = {
  title: 'セキュリティ',
  lead: 'ログインの方法と、ログインできなくなったときの備えです。',
  password: 'パスワード',
  passwordLead:
    '変更すると、ほかのすべての場所でログアウトします。アプリの接続もすべて終了しますが、許可した内容は残ります。',
  passwordNone: '設定されていません。別の方法でログインしています。',
  setByMail: 'メールで設定する',
  currentPassword: '現在のパスワード',
  wrong: 'が違います。何も変更されていません',
  newPassword: '新しいパスワード',
  change: 'パスワードを変更',
  changeFirst: html`変更する<span class="vh">（パスワード）</span>`,
  tooMany: '試行回数が多すぎます。',
  wait: (time) => `何も変更されていません。${time}待ってから、もう一度お試しください。`,
  notices: {
    'mail-sent': { what: 'メールを確認してください。', todo: 'リンクを送りました。24 時間、1 回だけ使えます。' },
    'password-changed': {
      what: 'パスワードを変更しました。',
      todo: 'ログインしているのはこのブラウザーだけになりました。アプリの接続もすべて終了しました。',
    },
    'second-step-off': { what: '2 段階目の確認を無効にしました。', todo: '今後は、ログインにコードは必要ありません。' },
  },
};
