import type { failures as english } from '../en/failures.ts';

export const failures: typeof english = {
  caption: '失敗したリクエスト（新しい順）',
  wrongAndFix: '問題の内容と修正方法',
  request: 'リクエスト',
  sender: '送信元',
  senderUnknown: '送信元不明',
  everybody: 'すべて',
  known: 'アプリとその利用者',
  unknown: '不明',
  find: '検索',
  notShown: '送信あり（非表示）',
  whatWasSent: '送信された内容',
  endpoint: 'エンドポイント',
  ourAnswer: '応答',
  detail: '詳細',
  senders: {
    client: 'アプリ（認証済み）。',
    person: 'ここにログインしていた人、またはこのアプリのコードやトークンの持ち主。',
    stranger: '不明。アプリの名前を示すリクエストは誰でも送れるため、アプリの失敗には数えません。',
  },
};
