import type { secondStepMails as english } from '../en/second-step-mails.ts';

export const secondStepMails: typeof english = {
  codesSubject: 'あなたのアカウントで間違ったコードが何度も試されました',
  codesPreview: '1 段階目の確認は通っていました。',
  codesLead:
    'パスワードまたはあなたのメールボックスのリンクを使って、あなたのアカウントへのログインの 1 段階目を通った人が、間違ったコードを何度も試しました。次の試行まで待つ必要があります。',
  codesTodo:
    '心当たりがなければ、ほかの人があなたのパスワードを知っています。今すぐ新しいパスワードを設定してください。',

  appAndPasskeysRemoved: '認証アプリとパスキーが削除されました',
  passkeysRemoved: 'パスキーが削除されました',
};
