import { html } from 'hono/html';
import type { connectedApp as english } from '../en/connected-app.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('ja');

export const connectedApp: typeof english = {
  details: '詳細',
  detailsOf: (app) => `（${app}）`,
  who: 'アプリについて',
  may: '許可していること',
  mayLead:
    '1 つ取り消しても、アプリは残りの許可で動き続け、できることがなくなれば連携が解除されます。取り戻すには、アプリがもう一度許可を求める必要があります。',
  ownLead: 'VibeCaaS のアプリです。連携を解除するまで、この許可が続きます。',
  remove: '取り消す',
  removeFrom: (permission, app) => `（${app} の「${permission}」）`,
  where: '対象のプロジェクト',
  whereOnly: (n: number): string => plural(n, { other: 'この # 件だけです。新しいプロジェクトは対象になりません。' }),
  whereOthers: 'これらのほか、一部の権限ではすべてのプロジェクトが対象です。',
  projectRemoved: 'プロジェクトを外しました。',
  projectRemovedTodo: 'アプリはこのプロジェクトを使えなくなりました。',
  until: '期限',
  untilYou: (since) =>
    html`${since}に許可しました。連携を解除するまで続きます。使われない接続は 30 日で、どの接続も 1 年で終了します。`,
  untilYouByHour: (since) =>
    html`${since}に許可しました。連携を解除するまで続きます。接続は 1 時間で終了し、その後、アプリは再びここに戻る必要があります。`,
  untilEnd: (since, end) => html`${since}に許可しました。期限は${end}です。`,
  ended: (end) => html`アクセスは${end}に終了しました。アプリはもう一度許可を求める必要があります。`,
  sooner: '早く終了する：',
  ends: { '1': '1 日後', '30': '30 日後', '90': '90 日後' },
  set: '設定',
  connections: '接続',
  connectionsLead: '連携するたびに 1 つできます。1 つ終了すると、アプリはその接続だけを失います。',
  noConnections: '現在の接続はありません。',
  more: (n) => `新しい ${n} 件を表示しています。`,
  connected: (moment) => html`${moment}に接続`,
  end: '終了',
  endOne: (n) => `（接続 ${n}）`,
  removed: (permission) => `「${permission}」を取り消しました。`,
  removedTodo: 'アプリは残りの許可で動き続けます。',
  limited: '期限を設定しました。',
  limitedTodo: 'アプリのアクセスは、その時に自動的に終了します。',
  connectionEnded: '接続を終了しました。',
  connectionEndedTodo: 'アプリのほかの接続は続きます。',
  events: {
    narrowed: (app) => html`<b>${app}</b> の許可を 1 つ取り消しました（残りは続きます）`,
    limited: (app) => html`<b>${app}</b> に期限を設定しました`,
  },
};
