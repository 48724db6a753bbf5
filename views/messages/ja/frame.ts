import type { frame as english } from '../en/frame.ts';

export const frame: typeof english = {
  skip: '本文へ移動',
  documentation: 'ドキュメント',
  help: 'ヘルプ',
  privacy: 'プライバシー',
  terms: '利用規約',
  language: '言語',
  signIn: 'ログイン',
  signOut: 'ログアウト',
  admin: '管理',
  yourAccount: 'アカウント',
  connectedApps: '連携中のアプリ',
  sessions: 'セッション',
  activity: 'アクティビティ',
  yourData: 'あなたのデータ',
  yourConnectedApps: '連携中のアプリ',
  security: 'セキュリティ',
  yourApps: 'あなたのアプリ',
  build: '開発',
  accountNavigation: 'アカウント',
  areas: { account: 'アカウント', admin: '管理' },
};
