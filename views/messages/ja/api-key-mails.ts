import type { apiKeyMails as english } from '../en/api-key-mails.ts';

export const apiKeyMails: typeof english = {
  madeSubject: 'API キーが作成されました',
  rotatedSubject: 'API キーが切り替えられました',
  revokedSubject: 'API キーが失効しました',
  endingSubject: 'API キーの期限が近づいています',
  preview: '心当たりがなければ、今すぐ失効させてください。',
  revokedPreview: 'このキーを使うプログラムは拒否されます。',
  endingPreview: 'プログラムが止まる前に切り替えてください。',
  madeLead:
    'あなたのアカウントにログインしている人がキーを作成しました。このキーを持つプログラムは、許可された範囲であなたとして動作します。',
  madeByAdmin:
    '管理者があなたのアカウントにキーを作成しました。このキーを持つプログラムは、許可された範囲であなたとして動作します。',
  revokedLead:
    '管理者があなたのキーを失効させました。このキーを使うプログラムは今後すべて拒否されます。まだ必要な場合は、別のキーを作成してください。',
  endingLead:
    'その後、このキーを使うプログラムは拒否されます。切り替えると同じ許可を持つ新しいキーができ、以前のキーもそれまで使えます。',
  notYou: '今すぐキーを失効させて、新しいパスワードを設定してください。',
  button: 'キーを見る',
  key: 'キー',
  ends: '期限',
  changedSubject: 'API キーが変更されました',
  furtherSubject: 'API キーを使えるネットワークが増えました',
  changedPreview: 'このキーを使うプログラムが拒否されることがあります。',
  furtherLead: 'あなたのアカウントにログインしている人が、キーを使えるネットワークを変更しました。',
  furtherByAdmin: '管理者が、あなたのキーを使えるネットワークを変更しました。',
  changedByAdmin: '管理者があなたのキーの権限を減らしました。その権限が必要なプログラムは今後拒否されます。',
  notAsked: '心当たりのない変更ですか？',
  fields: { scope: '許可', projects: 'プロジェクト', networks: 'ネットワーク', ends: '期限' },
  allProjects: 'すべてのプロジェクト',
  allNetworks: 'すべてのネットワーク',
  before: (what) => `${what}（変更前）`,
  now: (what) => `${what}（変更後）`,
};
