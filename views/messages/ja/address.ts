import type { address as english } from '../en/address.ts';

export const address: typeof english = {
  heading: 'メールアドレス',
  lead: 'ログインと、アカウントへの復帰に使います。',
  confirmed: '確認済み',
  notConfirmed: '未確認',
  notConfirmedHint: '確認すると、アプリがこのアドレスを信頼できるようになります。',
  confirm: 'リンクを送る',
  next: '新しいアドレス',
  nextHint: 'そのアドレスにリンクを送ります。リンクを開くまで、何も変わりません。',
  change: 'アドレスを変更',
  problems: {
    shape: 'は name@example.com の形ではありません',
    same: 'は現在のアドレスと同じです',
  },
};
