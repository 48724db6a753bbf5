import { html } from 'hono/html';
import type { apps as english } from '../en/apps.ts';

export const apps: typeof english = {
  quoted: (name) => html`「${name}」`,
  quotedText: (name) => `「${name}」`,
  tags: {
    own: 'VibeCaaS 提供',
    verified: '確認済み',
    in_review: '審査中',
    unchecked: '未確認',
  },
  seal: {
    own: html`<b>VibeCaaS 提供。</b>当社が開発・運営しています。`,
    verified: (on, host) =>
      html`${on && html`${on}に`}<b>確認済み</b>：運営者${host && html`と、${host} がその運営者のものであること`}。`,
    inReview: (since, namesOwner) =>
      html`${since && html`${since}から`}<b>審査中</b>です。まだ確認されていません。${namesOwner ? '名前と運営者は自己申告です' : '名前は自己申告です'}。`,
    uncheckedAddress: html`<b>未確認。</b>VibeCaaS はこのアプリを確認していません。確かなのはアドレスだけです。`,
    uncheckedName: html`<b>未確認。</b>VibeCaaS はこのアプリを確認していません。名前は自己申告です。`,
  },
  by: (owner) => html`提供元：${owner}`,
  saysBy: (owner) => html`提供元（自己申告）：${owner}`,
  callsItself: (name) => html`「${name}」と名乗っています`,
  nameOfItsOwn: '自己申告の名前です',
  marks: { see: '閲覧できる', change: '変更できる', cost: '料金がかかる場合あり' },
  permissions: {
    'projects:read': { title: 'プロジェクト', line: '名前、設定、ファイル。非公開のものも含みます。' },
    'deployments:read': {
      title: 'デプロイとログ',
      line: '公開中の内容、公開された日時、ログの内容。',
    },
    'analytics:read': { title: 'アクセス解析', line: '訪問者数と利用状況の数値。' },
    'profile email': { title: '名前とメールアドレス', line: 'アカウントに登録されているとおりです。' },
    profile: { title: '名前', line: 'アカウントに登録されているとおりです。' },
    email: { title: 'メールアドレス', line: 'アカウントに登録されているとおりです。' },
    'projects:write': {
      title: 'プロジェクトとファイル',
      line: '作成、編集、移譲、削除を、再度の確認なしに行います。',
    },
    'deployments:write': {
      title: '公開中の内容',
      line: 'デプロイ、中止、ロールバックを行います。訪問者にはすぐに反映されます。',
    },
    'ai:generate': {
      title: 'あなたのアカウントでの AI の利用',
      line: 'プロンプトとコードを AI モデルに送信します。プランの利用枠を消費し、追加料金がかかることがあります。',
    },
  },
  notDescribed: 'この権限の説明はありません。',
  titles: (titles) => titles.join('、'),
  question: {
    projects: (app, verbs, ai) => {
      if (verbs === 'none') return html`${app} にあなたのアカウントでの AI の利用を許可しますか？`;
      const what = { see: '閲覧', change: '変更', both: '閲覧と変更' }[verbs];
      return html`${app} にプロジェクトの${what}${ai && '、および AI の利用'}を許可しますか？`;
    },
    nameAndAddress: (app) => html`${app} に名前とメールアドレスの閲覧を許可しますか？`,
    name: (app) => html`${app} に名前の閲覧を許可しますか？`,
    address: (app) => html`${app} にメールアドレスの閲覧を許可しますか？`,
    open: (app) => html`${app} に何を許可しますか？`,
    whoYouAre: (app) => html`${app} に、あなたが誰であるかを知らせますか？`,
  },
};
