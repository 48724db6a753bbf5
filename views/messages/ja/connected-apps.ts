import { html } from 'hono/html';
import type { connectedApps as english } from '../en/connected-apps.ts';

export const connectedApps: typeof english = {
  lead: 'あなたに代わって操作できるアプリとエージェントです。連携を解除すると、1 秒以内にすべての場所でアクセスが終了します。',
  disconnect: '連携を解除',
  byOrganisation: '所属組織が許可',
  since: (day) => html`${day}から`,
  noConnection: '現在の接続なし',
  lastUsed: (ago) => `最終利用：${ago}`,
  lastRenewed: (ago) => `最終更新：${ago}`,
  lastConnected: (ago) => `最終接続：${ago}`,
  connections: (n) => `接続 ${n} 件`,
  disconnected: (app) => html`${app} との連携を解除しました。`,
  disconnectedTodo: 'すべてのアクセスが終了しました。元に戻すには、アプリからもう一度連携してください。',
  stopped: 'VibeCaaS がこのアプリを停止しました。',
  stoppedTodo:
    '現在は何もできません。後で再開された場合は、許可した内容が再び有効になります。それを望まない場合は、連携を解除してください。',
  empty: '連携中のアプリはありません',
  emptyText: 'アプリに操作を許可すると、許可した内容と解除のボタンがここに表示されます。',
  build: '自分でアプリを作る',
};
