import type { consentProjects as english } from '../en/consent-projects.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('ja');

export const consentProjects: typeof english = {
  legend: '対象のプロジェクト',
  onlyThese: 'これらだけです。新しいプロジェクトは対象になりません。',
  varied: '対象のプロジェクトをすべて外した権限は除外されます。',
  noneFor: '選択したプロジェクトを対象とする権限がありません。',
  all: 'すべてのプロジェクト',
  allWhat: '今後作るものも含みます。',
  only: '選んだものだけ',
  onlyWhat: '新しいプロジェクトは対象になりません。',
  search: 'プロジェクトを検索',
  searchButton: '検索',
  notFound: '名前に一致するプロジェクトはありません。',
  none: 'プロジェクトを 1 つ以上、またはすべてを選んでください。',
  gone: '選択したプロジェクトの 1 つが一覧からなくなりました。現在の選択を確認してください。',
  empty: 'プロジェクトはまだありません。許可すると、今後作るものが対象になります。',
  unavailable: '現在、プロジェクトの一覧を表示できません。',
  allOrNothing: 'すべてを許可するか、許可せずに後でもう一度お試しください。',
  onlyKnown: '以前に選んだものを表示しています。',
  onlyIds: '現在、これらのプロジェクトの名前を読み取れません。',
  tooMany: (max: number): string => plural(max, { other: '選べるのは # 件までです。すべてを選ぶこともできます。' }),
  tooManyInAll: (max: number): string =>
    plural(max, {
      other:
        'すでに許可した分を合わせると # 件を超えます。いくつか外すか、「連携中のアプリ」でアプリから取り消してください。',
    }),
  count: (total: number): string =>
    plural(total, { other: 'プロジェクト # 件（名前順）。検索しても選択は保たれます。' }),
  first: (shown: number, found: number): string =>
    `${plural(shown, { other: '最初の # 件を表示しています。' })} ${plural(found, { other: '全部で # 件あります。ほかは検索してください。選択は保たれます。' })}`,
  kept: (n: number): string => plural(n, { other: 'ほかに # 件を選択中です。' }),
  foreign: (n: number): string =>
    plural(n, { other: 'あなたのものではない # 件のプロジェクトも求めていますが、除外されます。' }),
};
