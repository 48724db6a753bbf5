import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { leaked as english } from '../en/leaked.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('ja');

export const leaked: typeof english = {
  kinds: {
    api_key: 'API キー',
    client_secret: 'クライアントシークレット',
    refresh_token: 'アプリの接続',
    registration_token: '登録トークン',
  },
  mail: {
    subject: (n: number) => plural(n, { other: 'あなたのシークレット # 件が漏えいし、無効になりました' }),
    preview: 'もう誰も使えません。次にすることを確認してください。',
    lead: (n: number) =>
      plural(n, {
        other:
          'ほかの人が読める場所で見つかったため、誰かの手に渡った可能性があります。ただちに無効にしました。もう誰も使えず、あなたも使えません。',
      }),
    more: (n: number) => plural(n, { other: 'ほかに # 件あります。' }),
    found: '見つかった場所',
    lastLabel: '注意',
    last: 'このアプリにはほかのシークレットがありません。新しいものができるまで、トークンを取得できません。',
    todoOf: {
      api_key: 'API キー。',
      client_secret: 'クライアントシークレット。',
      refresh_token: '接続。',
      registration_token: '登録トークン。',
    },
    todo: {
      api_key:
        'それを使っていたプログラムのために新しいキーを作成し、そのプログラムだけが読める場所に保管してください。',
      client_secret:
        'アプリの新しいシークレットを作成し、そのサーバーだけが読める場所に保管してください。心当たりのないリクエストがないか確認してください。',
      refresh_token: 'まだ使う場合は、アプリを接続し直してください。トークンが見つかった場所を開発者に伝えてください。',
      registration_token: 'アプリは引き続き動作します。このトークンで登録を変更することはできなくなりました。',
    },
    button: {
      api_key: 'キーを見る',
      client_secret: 'アプリのシークレットを見る',
      refresh_token: 'アプリを見る',
      registration_token: 'アプリを見る',
    },
    unowned: 'アプリに所有者がなく、あなたが管理者であるため、このメールが届いています。',
  },
  events: {
    key: html`<b>あなたの API キーが漏えいしました。</b>`,
    connection: (app: Html) => html`<b>${app} のトークンが漏えいしたため、接続が終了しました。</b>`,
    secret: (app: Html) => html`<b>${app} のシークレットが漏えいしました。</b>`,
    registration: (app: Html) => html`<b>${app} の登録トークンが漏えいしました。</b>`,
    more: 'ほかの人が読める場所で見つかり、ただちに無効になりました。',
  },
  admin: {
    title: '漏えいしたシークレット',
    lead: 'ほかの人が読めるシークレットは、ほかの人に使われます。ここに貼り付けたものはただちに無効になり、所有者に通知されます。',
    paste: '見つけたものを貼り付けてください',
    pasteLead:
      'ログ、コミット、チケットをそのまま貼り付けてください。含まれるこのサーバーのシークレットがすべて見つかります。ほかの文章は無視され、保存されません。',
    text: 'テキスト',
    textHint: 'API キー、クライアントシークレット、リフレッシュトークン、登録トークン。2 MB まで。',
    missing: 'は必須です。シークレットを含むテキストを貼り付けてください',
    place: '見つかった場所',
    placeHint: 'アドレス、または「チケット 4711」などの言葉。所有者と監査ログに伝わります。',
    button: 'これらのシークレットを無効にする',
    none: 'テキストにこのサーバーのシークレットはありません。',
    noneTodo: '途中で切れているかもしれません。シークレットは全体がそろっている場合にだけ見つかります。',
    done: (n: number) => plural(n, { other: '# 件のシークレットが無効になりました。' }),
    doneTodo: '所有者にメールで通知されます。',
    doneNothing: 'すでに無効なものだけだったため、誰にも通知されません。',
    found: (count: Html, _n: number): Html => html`テキスト内のシークレット ${count} 件`,
    secret: 'シークレット',
    result: '結果',
    last: 'このアプリにはほかのシークレットがありません',
    outcomes: { revoked: 'いま無効になりました', ended: 'すでに無効でした', unknown: 'ここでは不明です' },
  },
  demo: {
    title: 'シークレットの漏えい',
    lead: 'デモアカウントのキーが、ほかの人が読める場所で見つかりました。スキャナーのように報告し、API が拒否する様子を見てください。',
    back: '手順に戻る',
    make: '1. キーを作成する',
    makeLead: '10 分間、デモアカウントのプロジェクトを読めます。',
    makeButton: 'キーを作成',
    report: '2. 報告する',
    reportLead:
      'これがスキャナーの見つけるものです。前後に何を加えてもかまいません。ここではデモアカウントの完全なキーだけが対象です。',
    text: '見つかったもの',
    reportButton: 'このテキストを報告',
    none: 'このテキストにデモアカウントのキーはありません。',
    noneTodo: 'キーを作成し、それを含むテキストを報告してください。',
    died: (before: number, after: number, tookMs: number) =>
      `API は報告の前に ${before}、報告から ${tookMs} ミリ秒後に ${after} を返しました。デモアカウントにメールが届きました。`,
    wasDead: (after: number) => `すでに無効でした。API は ${after} を返します。`,
    link: 'シークレットが漏えいするとどうなりますか？',
  },
};
