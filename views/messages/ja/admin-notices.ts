import type { adminNotices as english } from '../en/admin-notices.ts';

export const adminNotices: typeof english = {
  created: {
    what: 'クライアントを登録しました。',
    todo: '今から使えます。',
  },
  ruled: {
    what: 'ルールを保存しました。',
    todo: '今後、すべてのノードで適用されます。',
  },
  saved: {
    what: '変更を保存しました。',
    todo: '今から適用されます。',
  },
  unchanged: {
    what: '変更点はありませんでした。',
    todo: 'そのため何も保存されていません。',
  },
  'key-networks': {
    what: 'キーのネットワークを保存しました。',
    todo: 'ゲートウェイには 1 秒以内に反映されます。',
  },
  'key-revoked': {
    what: 'キーを失効させました。',
    todo: 'このキーによる呼び出しは 1 秒以内に拒否されます。',
  },
  'secret-removed': {
    what: 'シークレットを削除しました。',
    todo: 'すぐに使えなくなりました。',
  },
  disabled: {
    what: 'クライアントを停止しました。',
    todo: 'すべてのトークンが終了しました。',
  },
  enabled: {
    what: 'クライアントは再び使えます。',
    todo: '以前のトークンは終了したままです。',
  },
  verified: {
    what: 'クライアントを確認済みにしました。',
    todo: '名前と運営者は事実として扱われます。',
  },
  submitted: {
    what: 'クライアントは審査中です。',
    todo: '審査中も使えます。',
  },
  'sent-back': {
    what: 'クライアントは下書きに戻りました。',
    todo: '使えますが、未確認として扱われます。',
  },
  'given-back': {
    what: '項目を戻しました。',
    todo: 'クライアントの申告が再び有効です。',
  },
  'document-read': {
    what: 'ドキュメントを読み込みました。',
    todo: '現在の内容は下のとおりです。',
  },
  logo: {
    what: 'ロゴを保存しました。',
    todo: '確認済みになると表示されます。VibeCaaS のアプリでは表示されません。',
  },
  'logo-removed': {
    what: 'ロゴを削除しました。',
    todo: 'どのページにも表示されなくなりました。',
  },
  deleted: {
    what: 'クライアントを削除しました。',
    todo: 'シークレット、同意、トークンも削除されました。',
  },
  'webhook-saved': {
    what: 'Webhook を保存しました。',
    todo: '今後のイベントはここに送られます。',
  },
  'webhook-off': {
    what: 'Webhook を保存しました。',
    todo: 'オフのため、イベントは送られません。',
  },
  'webhook-tested': {
    what: 'テストイベントを送信しています。',
    todo: '結果を見るには、このページを再読み込みしてください。',
  },
  'webhook-replayed': {
    what: 'もう一度送信します。',
    todo: '結果を見るには、このページを再読み込みしてください。',
  },
  'webhook-nothing': {
    what: 'それ以降の失敗はありません。',
    todo: 'そのため何も送信されません。',
  },
  'webhook-deleted': {
    what: 'Webhook を削除しました。',
    todo: 'イベントはもう送信されません。',
  },
  'stream-paused': {
    what: 'ストリームを一時停止しました。',
    todo: '管理者が再開するまで、受信者には何も届きません。',
  },
  'stream-enabled': {
    what: 'ストリームを再開しました。',
    todo: '受信者には、届かなかったものが届きます。',
  },
  'stream-removed': {
    what: 'ストリームを削除しました。',
    todo: '受信者にシグナルはもう届きません。',
  },
  'account-created': {
    what: 'アカウントを作成しました。',
    todo: '所有者は、設定されたパスワードでログインできます。',
  },
  'account-saved': {
    what: 'アカウントを変更しました。',
    todo: '次のトークンから反映されます。',
  },
  suspended: {
    what: 'アカウントを停止しました。',
    todo: 'セッションとすべてのトークンが終了しました。',
  },
  restored: {
    what: 'アカウントは再びログインできます。',
    todo: '停止で終了したものは終了したままです。',
  },
  password: {
    what: '新しいパスワードを設定しました。',
    todo: '以前のセッションとトークンは終了しました。',
  },
  'password-required': {
    what: '新しいパスワードを必須にしました。',
    todo: 'セッションは終了しました。次のログインで求められます。',
  },
  'second-step-reset': {
    what: '2 段階目の確認とパスキーを解除しました。',
    todo: 'セッションは終了し、解除したものは使えなくなりました。',
  },
  'passkey-removed': {
    what: 'パスキーを削除しました。',
    todo: 'セッションは終了しました。本人にはメールで知らせます。',
  },
  'account-deleted': {
    what: 'アカウントを削除しました。',
    todo: 'セッション、同意、トークンも削除されました。',
  },
  invited: {
    what: '招待を送信しています。',
    todo: 'リンクは 7 日間有効で、一度だけ使えます。',
  },
  'invitation-resent': {
    what: '招待を再送信しました。',
    todo: '前のメールのリンクは使えなくなりました。',
  },
  'invitation-withdrawn': {
    what: '招待を取り消しました。',
    todo: 'リンクは使えなくなりました。',
  },
  disconnected: {
    what: 'アプリの連携を解除しました。',
    todo: 'このアカウントへのアクセスはすべて終了しました。',
  },
  'session-ended': {
    what: 'セッションを終了しました。',
    todo: 'そのブラウザーでは再度ログインが必要です。',
  },
  'signed-out': {
    what: 'すべてのセッションを終了しました。',
    todo: 'アプリは連携したままです。',
  },
  rotated: {
    what: '署名鍵を切り替えました。',
    todo: '1 秒以内にすべてのノードが次の鍵で署名します。',
  },
  'admin-granted': {
    what: 'このアカウントは管理者になりました。',
    todo: 'あなたと同じ操作ができます。',
  },
  'admin-revoked': {
    what: 'このアカウントは管理者ではなくなりました。',
    todo: '開いていた管理ページは使えなくなりました。',
  },
};
