import type { mails as english } from '../en/mails.ts';

export const mails: typeof english = {
  never: 'VibeCaaS がメールでパスワードやコード、キーを尋ねることはありません。',
  hasAccount: (address, host) => `${address} のアカウントが ${host} にあるため、このメールをお送りしています。`,
  hadAccount: (address, host) => `${address} のアカウントが ${host} にあったため、このメールをお送りしています。`,
  wasTyped: (address, host) => `${host} で ${address} が入力されたため、このメールをお送りしています。`,
  wasInvited: (address, host) => `${host} から ${address} が招待されたため、このメールをお送りしています。`,
  when: '日時',
  asked: '依頼日時',
  from: '場所',
  how: '方法',
  app: 'アプリ',
  newAddress: '新しいアドレス',
  passkey: 'パスキー',
  wasYou: 'あなたの操作ですか。',
  nothingToDo: 'それなら、何もする必要はありません。',
  wasNotYou: '心当たりがないとき。',
  wasNotYouChange:
    'すぐに新しいパスワードを設定してください。すべてのブラウザーがログアウトされ、すべてのアプリの連携が解除されます。その後、アカウントで何があったか確認してください。',
  setPassword: '新しいパスワードを設定',
  linkUntil: (until) => `リンクは ${until} まで、1 回だけ使えます。`,

  verifySubject: 'アドレスを確認してください',
  verifyPreview: 'リンクは 24 時間、1 回だけ使えます。',
  verifyLead: 'あなたのアドレスなら、確認してください。このアドレスを見られるアプリが、信頼できるようになります。',
  verifyButton: 'このアドレスを確認',
  verifyNotYou: '何もしないでください。アドレスは未確認のままです。',

  resetSubject: '新しいパスワードの設定',
  resetPreview: 'リンクは 30 分間、1 回だけ使えます。',
  resetLead: 'あなたの VibeCaaS アカウントについて、このリンクの依頼がありました。あなたの操作なら、続けてください。',
  resetSecondStep: '2 段階目の確認も必要です。',
  resetNotYou: '何もしないでください。パスワードはそのままで、あなたのメールがなければ誰もこのリンクを使えません。',

  passwordSubject: 'パスワードが変更されました',
  passwordPreview: 'あなたの操作でなければ、すぐに別のパスワードを設定してください。',
  passwordLead: {
    person:
      '前のパスワードを知っている人が、新しいパスワードを設定しました。ほかのブラウザーはすべてログアウトされ、アプリの接続もすべて終了しました。',
    link: 'メールのリンクで、新しいパスワードが設定されました。すべてのブラウザーがログアウトされ、アプリの接続もすべて終了しました。',
    admin:
      '管理者が、あなたのアカウントに新しいパスワードを設定しました。すべてのブラウザーがログアウトされ、アプリの接続もすべて終了しました。',
  },

  browserSubject: (browser) => `新しいログイン: ${browser}`,
  browserSubjectUnknown: 'アカウントへの新しいログイン',
  browserPreview: 'あなたの操作でなければ、すぐに終了してください。',
  browserLead: 'これまでに使われたことのないブラウザーで、あなたのアカウントが使われました。',
  browserEnd:
    'すぐに終了してください。ページからそのブラウザーをログアウトできます。その後、新しいパスワードを設定してください。',
  browserButton: 'ログイン中の場所を見る',
  browserWhy: '新しいブラウザーのたびにお知らせします。気付くための手段なので、停止できません。',
  methods: {
    pwd: 'パスワード',
    otp: '認証アプリのコード',
    rcv: 'リカバリーコード',
    passkey: 'パスキー',
    fed: 'ほかのサービスのアカウント',
  },
  factorNames: {
    totp: '認証アプリ',
    recovery_codes: '新しいリカバリーコード',
    passkey: 'パスキー',
    upstream: '別のログイン方法',
  },
  factorAddedSubject: (factor) => `アカウントに${factor}が追加されました`,
  factorAddedPreview: 'あなたの操作ですか。',
  factorAddedLead: 'アカウントに追加され、これからログインに使えます。',
  factorRemovedNames: {
    totp: '認証アプリが削除されました',
    recovery_codes: 'リカバリーコードが削除されました',
    passkey: 'パスキーが削除されました',
    upstream: 'ログイン方法が 1 つ削除されました',
  },
  factorRemovedPreview: 'あなたの操作ですか。',
  factorRemovedLead: 'もうログインには使えません。',
  factorRemovedByAdmin: '管理者が削除しました。もうログインには使えません。',

  recoverySubject: 'リカバリーコードが使われました',
  recoveryPreview: (left) => (left === 0 ? '残りはありません。' : `残りは ${left} 個です。`),
  recoveryLead: (left) => {
    if (left === 0) {
      return '最後のリカバリーコードで、あなたのアカウントにログインがありました。認証アプリがなくても入れるように、新しいコードを作成してください。';
    }
    return `リカバリーコードの 1 つで、あなたのアカウントにログインがありました。残りは ${left} 個です。`;
  },

  changeSubject: '新しいアドレスを確認してください',
  changePreview: 'リンクは 24 時間、1 回だけ使えます。',
  changeLead: (from) =>
    `${from} の VibeCaaS アカウントのアドレスを、このアドレスに変更する依頼がありました。あなたの操作なら、確認してください。`,
  changeNotYou: '何もしないでください。アカウントはそのままです。',

  changedSubject: 'アドレスが変更されました',
  changedPreview: 'あなたの操作でなければ、7 日以内に取り消せます。',
  changedLead: (to) => `これからは ${to} でログインし、メールもそこに届きます。`,
  changedUndo: (until) =>
    `${until} までに取り消してください。アドレスが元に戻り、すべてのブラウザーがログアウトされ、すべてのアプリの連携が解除され、パスワードが削除されます。`,
  changedButton: '変更を取り消す',

  lockedSubject: 'あなたのアカウントにログインしようとした人がいます',
  lockedPreview: '間違ったパスワードが何度も試されました。',
  lockedLead:
    'あなたのアカウントで、間違ったパスワードが何度も試されました。そのため、新しいブラウザーは次の試行まで待つ必要があります。すでにログインしたことのあるブラウザーは待つ必要がありません。',
  lockedTodo: 'パスワードは破られていません。ほかでも同じものを使っているなら、別のパスワードを設定してください。',

  invitationSubject: 'VibeCaaS への招待',
  invitationPreview: 'リンクは 7 日間、1 回だけ使えます。',
  invitationLead: (by) => `${by} さんが VibeCaaS に招待しています。パスワードを決めると、始められます。`,
  registerSubject: 'VibeCaaS アカウントの作成',
  registerLead:
    'このアドレスで VibeCaaS アカウントを作成する依頼がありました。あなたの操作なら、パスワードを決めてください。',
  invitationButton: 'アカウントを作成',
  invitationStrange: '心当たりがないとき。',
  invitationNotYou: '何もしないでください。このリンクがなければ、誰もこのアドレスでアカウントを作れません。',

  inUseSubject: 'すでにアカウントがあります',
  inUsePreview: 'このアドレスを別のアカウントに使おうとした人がいます。',
  inUseLead:
    'このアドレスを VibeCaaS アカウントに使う依頼がありました。すでにアカウントがあるため、何も起きていません。あなたの操作なら、ログインしてください。パスワードを忘れたなら、新しいパスワードを設定してください。',
  inUseNotYou: '何もする必要はありません。',
  inUseButton: 'ログイン',

  deletedSubject: 'アカウントが削除されました',
  deletedPreview: '元に戻すことはできません。',
  deletedLead: 'あなたの VibeCaaS アカウントは、アプリの連携とともに削除されました。元に戻すことは誰にもできません。',
  deletedNotYou: 'このサーバーの運営者に、いつ起きたかを伝えてください。',
};
