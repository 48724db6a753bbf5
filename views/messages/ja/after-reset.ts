import type { afterReset as english } from '../en/after-reset.ts';

export const afterReset: typeof english = {
  what: 'パスワードを変更しました。',
  todo: 'パスキーと、接続したほかのアカウントでは、引き続きこのアカウントにログインできます。下の一覧を確認し、心当たりのないものを削除してください。',
  goOn: '元のアプリに進む',
};
