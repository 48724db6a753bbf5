import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { consentChoices as english } from '../en/consent-choices.ts';

export const consentChoices: typeof english = {
  readOnly: '閲覧のみ',
  readOnlyWhat: '見ることだけができ、変更や費用の発生する操作はできません。',
  leftOut: '「閲覧のみ」のため除外されています。',
  howLong: '期間',
  durations: { '3600': '1 時間', '86400': '1 日', '2592000': '30 日間', until: '連携を解除するまで' },
  alsoEnds: 'どれを選んでも、30 日間使われないとき、または最長で 1 年後にアクセスは終了します。',
  allowedUntil: (moment: Html): Html =>
    html`${moment} までの許可があります。ここで選ぶ期限は今回の接続だけのもので、これまでの接続には影響しません。`,
  allowedForGood:
    '連携を解除するまでの許可があります。ここで選ぶ期限は今回の接続だけのもので、これまでの接続には影響しません。',
  outlived: 'このアプリへの以前の許可は、その間に終了しました。もう一度選んでください。',
  accessUntil: (moment: Html): Html => html`${moment} までアクセス可能`,
  accessEnded: (moment: Html): Html => html`${moment} にアクセス終了`,
  activityUntil: (moment: Html): Html => html`${moment} まで。`,
};
