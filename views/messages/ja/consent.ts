import { html } from 'hono/html';
import type { consent as english } from '../en/consent.ts';

export const consent: typeof english = {
  title: (app) => `${app} を許可しますか？`,
  titleMore: (app) => `${app} が追加の許可を求めています`,
  headingMore: (app) => html`${app} が、許可済みの範囲を超える許可を求めています`,
  asksFor: '求められている権限',
  new: (n) => `新しい権限：${n} 件`,
  deny: '許可しない',
  allow: '許可する',
  optional: '任意',
  nothingAsked: 'あなたの情報は渡りません。ここにアカウントがあることだけが伝わり、次回も同じ人だと分かります。',
  upToYou: {
    onlyOne: '任意の権限です。許可する場合はチェックを入れてください。',
    all: 'すべて任意です。許可するものにチェックを入れてください。',
    some: (n) => `${n} 件は任意です。許可するものにチェックを入れてください。`,
  },
  startedProgram: (app) => html`${app} をたった今、ご自分で起動しましたか？`,
  ifNotProgram:
    '心当たりがなければ許可しないでください。このコンピューターの別のプログラムが求めている可能性があります。',
  ifNotApp: '心当たりがなければ許可しないでください。この端末の別のアプリが求めている可能性があります。',
  afterKeeps: (app, connectedApps) =>
    html`許可しない場合も、${app} に以前許可した内容はそのまま残ります。${connectedApps}で解除できます。`,
  afterUnchecked: '迷うときは許可しないでください。何も共有されません。アプリからやり直せます。',
  afterChecked: (connectedApps) =>
    html`パスワードがアプリに知られることはありません。${connectedApps}でいつでも解除できます。`,
  before: {
    heading: (on) => html`${on}に許可した内容`,
    leftOut: (titles) => html`そのとき許可しなかったもの：${titles}。`,
    notNow: (app) => html`${app} は今回これを求めていません。`,
    stays: () => '引き続き除外されます。',
    again: (app) => html`${app} はこれを再び求めています。`,
  },
  route: {
    account: 'アカウント：',
    notYou: '別の人ですか？',
    backTo: 'この後の戻り先：',
    alsoTo: (places) => html`ほかの戻り先：${places}。`,
    loopback: 'このコンピューターのプログラム',
    'private-use': 'この端末のアプリ',
    device: 'コードを表示したデバイス',
  },
  terms: {
    summary: '運営者と利用条件',
    lasts: '有効期間',
    runBy: '運営者',
    checked: 'VibeCaaS が確認したこと',
    checkedWhat: (host) =>
      html`運営者${host && html`と、${host} がその運営者のものであること`}。アプリの良し悪しは確認していません。`,
    purpose: '目的',
    promises: 'アプリの規約',
    privacyPolicy: 'プライバシーポリシー',
    termsOfUse: '利用規約',
    help: 'ヘルプ',
    whereHelp: '問い合わせ先',
    noPromises: 'プライバシーポリシーも利用規約も示されていません。',
    ownRules: '独自の規約が示されています。VibeCaaS はその内容を確認していません。',
    newWindow: '（新しいウィンドウで開きます）',
    address: 'アプリのアドレス',
    answerTo: '回答の送り先',
    answerPlace: (host, place) => html`${host}（${place}）`,
    until: (day) => html`連携を解除したとき、30 日間使われなかったとき、または${day}のうち、最も早いときまで。`,
    anHour: '1 時間ごと。その後、アプリは再びここに戻る必要があります。',
  },
  full: {
    title: (app) => `${app} は利用者を増やせません`,
    heading: (app) => html`${app} は、まだ利用者を増やせません`,
    lead: (n) =>
      `このアプリの運営者を VibeCaaS は確認していません。確認されるまで、利用できるのは ${n} 人までで、すでにその人数に達しています。何も共有されていません。`,
    advice:
      '開発者に知らせ、アプリが確認済みになってからもう一度お試しください。すでに利用している人は引き続き使えます。',
    back: 'アプリに戻る',
    you: (email) => html`${email} としてログインしています。`,
    summary: '開発者向け：対処方法とリクエスト ID',
    error: (code) => html`利用者が戻ると ${code}`,
    wrong: (n) =>
      `確認済みでないアプリを利用できるのは ${n} 人までです。このアプリはその上限に達しており、この利用者は以前に許可していません。`,
    fix: 'VibeCaaS にアプリの確認を依頼してください。運営者、ホームページ、プライバシーポリシー、問い合わせ先を伝えてください。誰かが連携を解除すると、1 人分の空きができます。',
  },
  handOver: {
    title: (app) => `${app} に戻る`,
    heading: (app) => html`${app} に戻ります`,
    lead: '回答を送信しています。',
    oneStep: 'あと 1 ステップです',
    byItself: '自動的に進みます。この画面のままの場合は「続ける」を押してください。',
    submit: '続ける',
  },
};
