import type { guesses as english } from '../en/guesses.ts';

export const guesses: typeof english = {
  codesSubject: 'あなたのアカウントで間違ったコードが何度も試されました',
  codesPreview: '1 段階目の確認は通っていました。',
  codesLead:
    'パスワードまたはあなたのメールボックスのリンクを使って、あなたのアカウントへのログインの 1 段階目を通った人が、間違ったコードを何度も試しました。次の試行まで待つ必要があります。',
  codesTodo:
    '心当たりがなければ、ほかの人があなたのパスワードを知っています。今すぐ新しいパスワードを設定してください。',
};
