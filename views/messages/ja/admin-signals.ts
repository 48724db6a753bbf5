import { html } from 'hono/html';
import type { adminSignals as english } from '../en/admin-signals.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('ja');

export const adminSignals: typeof english = {
  title: 'シグナル',
  lead: 'セッションの終了や認証情報の変更を Shared Signals で知るサービスです。',
  caption: '受信者ごとのシグナルのストリーム',
  noun: (n) => plural(n, { other: 'ストリーム' }),
  order: 'クライアント ID 順',
  receiver: '受信者',
  delivery: '配信',
  state: '状態',
  waiting: '待機中',
  delivered: '最後の配信',
  lastError: '最後のエラー',
  states: { enabled: '配信中', failing: '失敗中', paused: '一時停止中', disabled: 'オフ' },
  push: 'プッシュ',
  poll: 'ポーリング',
  never: 'なし',
  more: '1,000 以上',
  none: 'シグナルを受け取るサービスはまだありません',
  noneWhy: 'ゲートウェイは自分でストリームを作成します。まずサービスをゲートウェイとして登録してください。',
  noneWay: 'クライアントを登録',
  one: {
    title: (app) => `${app} へのシグナル`,
    heading: (app) => html`${app} へのシグナル`,
    all: 'すべてのストリーム',
    how: '現在の状況',
    howLead: '受け取られなかったトークンはもう一度送られ、ほかのトークンはそれを待ちます。',
    address: 'アドレス',
    polls: '受信者がトークンを取得します',
    id: 'ストリームの ID',
    byAdmin: '管理者が一時停止しました',
    reason: '理由',
    oldest: (ago) => `最も古いものは ${ago}`,
    failures: (n) => plural(n, { other: '連続 # 回のプッシュに失敗' }),
    since: (moment) => html`${moment} から`,
    next: '次の試行',
    removed: '除外した人',
    made: '作成',
    record: '記録',
    recordLink: '行われた操作',
    client: 'クライアント',
    change: '変更',
    changeLead: 'どの変更にも理由が必要です。',
  },
  acts: {
    pause: {
      button: '一時停止',
      title: (app) => `${app} へのシグナルを一時停止しますか？`,
      heading: (app) => html`${app} へのシグナルを一時停止`,
      effects: [
        '管理者が再開するまで受信者にシグナルは届かず、受信者が自分で再開や削除をすることもできません。',
        'その間に起きたことは、7 日以内のものであれば再開後に届きます。',
      ],
    },
    enable: {
      button: '再開',
      title: (app) => `${app} へのシグナルを再開しますか？`,
      heading: (app) => html`${app} へのシグナルを再開`,
      effects: [
        '受信者には、過去 7 日間に届かなかったものと、その後の新しいものがすべて届きます。',
        '失敗したプッシュの記録は消え、次のプッシュがすぐに送られます。',
      ],
    },
    remove: {
      button: '削除',
      title: (app) => `${app} のストリームを削除しますか？`,
      heading: (app) => html`${app} のストリームを削除`,
      effects: [
        '受信者が受け取っていないものは失われます。',
        '受信者は別のストリームを作成できます。それを防ぐには、クライアントからゲートウェイを外してください。',
      ],
    },
  },
};
