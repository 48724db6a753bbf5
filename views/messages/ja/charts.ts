import type { charts as english } from '../en/charts.ts';

export const charts: typeof english = {
  none: (days) => `${days} 日間にはありません。`,
  said: (what, first, last, max, peak) => `${first} から ${last} までの 1 日あたりの${what}：最大 ${max}（${peak}）`,
  maximum: (max, day) => `最大 ${max}（${day}）`,
  asTable: '表で見る',
  perDay: (what) => `1 日あたりの${what}`,
  day: '日付（UTC）',
  inDays: (days) => `${days} 日間`,
  inDaysAndStrangers: (days, strangers) => `${days} 日間。ほかに送信元不明が ${strangers} 件`,
  tokens: 'トークン',
  tokensLead: 'アクセストークンを返したトークンエンドポイントの応答（日別）。',
  tokensIssued: '発行されたトークン',
  tokensByGrant: '発行されたトークン（日別、種類別）',
  code: 'コード',
  refresh: '更新',
  service: 'サービス',
  exchange: '交換',
  organisation: '組織',
  failed: '失敗したリクエスト',
  failedShort: '失敗',
  reused: '再利用されたリフレッシュトークン',
};
