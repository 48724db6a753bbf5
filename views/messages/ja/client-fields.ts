import type { clientFields as english } from '../en/client-fields.ts';

export const clientFields: typeof english = {
  client_name: { label: '名前', phrase: '名前' },
  'client_name#en': { label: '英語の名前', phrase: '英語の名前' },
  'client_name#de': { label: 'ドイツ語の名前', phrase: 'ドイツ語の名前' },
  'client_name#es': { label: 'スペイン語の名前', phrase: 'スペイン語の名前' },
  'client_name#fr': { label: 'フランス語の名前', phrase: 'フランス語の名前' },
  'client_name#ja': { label: '日本語の名前', phrase: '日本語の名前' },
  description: {
    label: '用途',
    phrase: '用途',
    hint: '利用者のプロジェクトで何をするかを 1 文で。確認済みになると表示されます。',
  },
  owner_name: { label: '運営者', phrase: '運営者', hint: '会社または個人。名前の下に表示されます。' },
  owner_email: {
    label: '開発者のアカウント',
    phrase: '所有者のアカウント',
    hint: 'ここにログインできる人のアドレス。',
  },
  client_uri: {
    label: 'ホームページ',
    phrase: 'ホームページ',
    hint: '独自の https アドレス。ホスト名が表示されます。',
  },
  policy_uri: {
    label: 'プライバシーポリシー',
    phrase: 'プライバシーポリシー',
    hint: '閲覧を許可された情報の取り扱いを説明するページのアドレス。',
  },
  tos_uri: { label: '利用規約', phrase: '利用規約' },
  support_uri: {
    label: '利用者向けヘルプ',
    phrase: '利用者向けヘルプ',
    hint: 'ヘルプページのアドレス。確認済みになると、同意ページからリンクされます。',
  },
  contacts: { label: '連絡先', phrase: '連絡先', hint: 'メールアドレスを 1 行に 1 件。VibeCaaS からの連絡先です。' },
  first_party: { label: 'VibeCaaS のアプリ', phrase: 'VibeCaaS のアプリかどうか', hint: '利用者に許可を求めません。' },
  redirect_uris: {
    label: 'リダイレクト先',
    phrase: 'リダイレクト先',
    hint: '1 行に 1 件、最大 20 件。https、またはこのコンピューターの http。',
  },
  post_logout_redirect_uris: {
    label: 'ログアウト後のアドレス',
    phrase: 'ログアウト後のアドレス',
    hint: '1 行に 1 件。',
  },
  backchannel_logout_uri: {
    label: 'サインアウトの通知先',
    phrase: 'サインアウトの通知先のアドレス',
    hint: '公開アドレスの https。ここでのセッションが終わると、アプリのサーバーは署名されたログアウトトークンをそこで受け取ります。',
  },
  backchannel_logout_session_required: {
    label: 'セッションの id が必要',
    phrase: 'セッションの id の要否',
    hint: 'ログアウトトークンと ID トークンにはいずれにせよ `sid` があります。登録で `sid` を必須としている場合に選んでください。',
  },
  allowed_origins: {
    label: 'スクリプトのほかのオリジン',
    phrase: 'スクリプトのほかのオリジン',
    hint: '1 行に 1 件（例：`capacitor://localhost`）。リダイレクト先のオリジンは常に許可されます。必要なのはシークレットのないクライアントだけです。',
  },
  token_endpoint_auth_method: {
    label: '認証方法',
    phrase: '認証方法',
    hint: 'シークレットは保存後に一度だけ表示されます。',
  },
  id_token_signed_response_alg: {
    label: 'ID トークンの署名',
    phrase: 'ID トークンのアルゴリズム',
    hint: '`RS256` は、指定がなければそれを前提とするライブラリ用です（openid-client 5、next-auth 4）。',
  },
  grant_types: { label: 'グラントタイプ', phrase: 'グラントタイプ' },
  jwks_uri: { label: '公開鍵の場所', phrase: '公開鍵のアドレス', hint: '`private_key_jwt` 用：これか、鍵そのもの。' },
  jwks: { label: '公開鍵', phrase: '公開鍵', hint: 'JSON Web Key Set。' },
  assertion_audience: {
    label: 'アサーションの宛先',
    phrase: 'アサーションの宛先',
    hint: '`private_key_jwt` 用。Spring Security や古いライブラリは `aud` にトークンエンドポイントのアドレスを送ります。',
  },
  profile: {
    label: 'セキュリティプロファイル',
    phrase: 'セキュリティプロファイル',
    hint: '`fapi2` は FAPI 2.0 Security Profile のすべてを要求します。PAR によるリクエスト、nonce 付き DPoP、`private_key_jwt`、https です。変更は進行中のリクエストにもすぐに適用されます。',
  },
  workload_identities: {
    label: '信頼するワークロード',
    phrase: '信頼するワークロード',
    hint: '`workload_identity` 用：`issuer`、`subject`、このサーバー宛てでない場合は `audience` を持つ JSON のリスト。',
  },
  refresh_token_leeway: {
    label: 'リフレッシュトークンの猶予（秒）',
    phrase: 'リフレッシュトークンの猶予',
    hint: '0〜3600。交換済みのリフレッシュトークンに同じ応答を返す時間です。0 は厳格で、各トークンは 1 回だけ使え、応答が失われると利用者はログアウトされます。空欄ならサーバーの設定（変更がなければ 10）。',
  },
  gateway_resource: {
    label: '対象のゲートウェイ',
    phrase: 'ゲートウェイかどうか',
    hint: 'トークンを照会できるリソース。複数の場合は空白で区切ります。ゲートウェイでなければ空欄にします。',
  },
  exchange_resource: {
    label: 'トークンの交換先',
    phrase: 'トークンの交換',
    hint: 'ゲートウェイとして受け取ったトークンを交換できるリソース。複数の場合は空白で区切ります。利用者に代わって呼び出すものがなければ空欄にします。',
  },
  id_jag_issuers: {
    label: '許可する組織',
    phrase: '許可する組織',
    hint: 'アサーション（ID-JAG）をトークンに交換できる、組織のサインインサービスの発行者。複数の場合は空白で区切ります。利用者だけが許可する場合は空欄にします。',
  },
  scope: { label: '要求できる上限', phrase: '権限' },
  optional_scope: { label: '省略できる権限', phrase: '任意の権限' },
  default_scope: { label: '指定がない場合', phrase: '既定の権限' },
  type: { label: '種類', phrase: '種類' },
  logo_hash: { label: 'ロゴ', phrase: 'ロゴ' },
};
