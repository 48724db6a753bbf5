import { html } from 'hono/html';
import type { site as english } from '../en/site.ts';

export const site: typeof english = {
  help: {
    title: 'ヘルプ',
    lead: 'ここでできることと、問い合わせ先。',
    useApps: 'アプリを使う方',
    useAppsText: (connectedApps, security) =>
      html`どのアプリが何を許可されているかの確認と解除は${connectedApps}で、パスワードの変更は${security}でできます。`,
    cantSignIn: 'ログインできないとき',
    cantSignInText: (reset) =>
      html`新しいパスワードを設定する${reset('リンクを請求してください')}。アカウントのメールアドレスに届き、1 回だけ使え、すべてのセッションを終了します。コードを表示する電話がない場合は、リカバリーコードを使ってください。それもない場合は、このサーバーの運営者が 2 段階目の確認を削除できます。`,
    safer: 'もっと安全にしたいとき',
    saferText: (security) =>
      html`${security}で、パスキーか 2 段階目の確認を追加してください。パスキーは、パスワードの代わりに指紋、顔、PIN を使うものです。リカバリーコードを保管してください。再びログインするための手段です。`,
    notYou: 'ほかの人がアカウントに入ったとき',
    notYouText: (sessions, security, activity) =>
      html`心当たりのないものを${sessions}で終了し、続いて${security}でパスワードを変更してください。残りもすべて終了します。起きたことは${activity}で確認できます。新しいブラウザでのログインと、ログイン方法の変更のたびにメールでお知らせします。パスワードをメールで尋ねることはありません。`,
    data: 'あなたのデータについて',
    dataText: (yourData) =>
      html`${yourData}で、すべてのコピーを受け取ったり、アカウントを削除したりできます。削除したあとは、起きたことの記録が番号だけで残り、名前とメールアドレスは残りません。`,
    buildApp: 'アプリを開発する方',
    buildAppText: (lines, metadata) =>
      html`アプリにはクライアント ID が必要です。このサーバーの運営者がアプリを登録し、ID を発行します。その後は${lines('5 行のコード')}で接続できます。ライブラリには${metadata('サーバーのメタデータ')}を指定します。`,
    buildAppDocs: (docs) => html`詳しくは${docs('ドキュメント')}をご覧ください。`,
    wrong: '問題が起きたとき',
    wrongText: (operator) =>
      html`エラーページが繰り返し表示される場合は、そこに表示されているリクエスト ID を${operator('このサーバーの運営者')}に伝えてください。原因を調べる手がかりになります。アプリが望まない動作をしている場合は、まず連携を解除し、その後で運営者に知らせてください。`,
  },
  privacy: {
    title: 'プライバシー',
    lead: 'このサーバーが保存する情報と、それを見る人。',
    kept: '保存される情報',
    keptText:
      'メールアドレスと名前。パスワードは、元に戻せないハッシュとしてのみ保存されます。どのアプリに何を許可したか。アカウントで起きたことの記録と、その操作元のネットワークアドレス。',
    seen: '情報を見る人',
    seenText:
      'このサーバーの運営者です。アプリに見えるのはあなたが許可した情報だけで、パスワードが見えることはありません。',
    policy: (link) => html`詳しくは運営者の${link('プライバシーポリシー')}をご覧ください。`,
    noPolicy: '運営者独自のプライバシーポリシーは、ここには示されていません。',
    cookies: 'Cookie',
    cookiesText:
      'ログインの維持、フォームの保護、選んだ言語の保存に必要なものだけを使います。外部からの読み込みや追跡は行いません。',
  },
  terms: {
    title: '利用規約',
    lead: 'ここで適用される条件。',
    server: 'このサーバー',
    serverText: (link) => html`このサーバーの運営者の${link('利用規約')}が適用されます。`,
    noTerms:
      'このサーバーの運営者は、ここに利用規約を示していません。アカウントについて運営者と合意した内容が適用されます。',
    apps: 'アプリ',
    appsText: (connectedApps) =>
      html`アプリにはそれぞれ独自の規約があります。アプリへの許可は、${connectedApps}でいつでも取り消せます。`,
  },
  landing: {
    title: 'アプリとあなたのプロジェクト',
    heading: 'VibeCaaS のプロジェクトでのアプリの利用を、あなたの条件で',
    lead: 'アプリが求め、あなたが決めます。許可はすぐに取り消せます。パスワードがアプリに知られることはありません。',
    library: 'OAuth ライブラリ向け',
    libraryLead: '多くの場合、最初の 1 行だけで足ります。',
    fiveLines: '5 行で接続',
    fiveLinesText: (library, url, verifier) =>
      html`Node で ${library} パッケージを使います。クライアント ID を入れ、利用者を ${url} に送り、戻ってくるときのために ${verifier} を保持します。`,
    forPeople: '利用者の方',
    peopleHeading: '許可しているアプリを確認',
    peoplePoints: {
      see: 'すべてのアプリとエージェント、そしてその権限。',
      allow: '求められた権限のすべて、または一部だけを許可できます。',
      end: 'ボタン 1 つで、すべての場所で同時に終了します。',
    },
    example: '例',
    forBuilders: '開発者の方',
    buildersHeading: '作ったアプリを接続',
    builderPoints: {
      standard: '標準どおりの OAuth 2.0。ライブラリにアドレスを 1 つ指定すれば、残りは自動的に取得されます。',
      clientId: (ask) =>
        html`アプリにはクライアント ID が必要です。このサーバーの運営者がアプリを登録して発行します。${ask('発行を依頼する')}。`,
      demo: (client) => html`まず試すには、登録済みの ${client} を使えます。`,
    },
    oneAddress: 'アドレスは 1 つ、ライブラリは自由',
    tryIt: '順を追って試す',
    endpoints: {
      issuer: '発行者',
      authorize: '認可',
      token: 'トークン',
      revoke: '取り消し',
      metadata: 'メタデータ',
    },
  },
};
