import { html } from 'hono/html';
import { selectField, textField } from '../admin/fields.ts';
import { counted, type PagerLinks, pager } from '../admin/pager.ts';
import * as icons from '../icons.ts';
import { dayFormat, dayOfYearFormat } from '../messages/formats.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Removed, removedLine } from '../removed.ts';
import type { Html } from '../text.ts';
import { type ActivityEntry, activityItem } from './activity-entry.ts';
import { accountLayout } from './layout.ts';

type ActivityKind = 'sign-in' | 'apps' | 'account' | 'work';

/** As typed: dates are whole days, in UTC. */
export type ActivityAsked = { kind?: ActivityKind; from?: string; until?: string };

/** What happened in an account, by day, newest first. */
export function accountActivityPage(props: {
  csrf: string;
  email: string;
  admin?: boolean;
  asked: ActivityAsked;
  /** The fields that are not days. */
  wrong: readonly ('from' | 'until')[];
  entries: ActivityEntry[];
  links: PagerLinks;
  /** Set on the last page, if older entries were removed. */
  removed?: Removed | undefined;
  now: Date;
}): string {
  const { entries, links, asked } = props;
  const words = m().ownPages.activity;
  const title = m().frame.activity;
  return accountLayout({
    title,
    tab: 'activity',
    csrf: props.csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header><div><h1>${title}</h1><p>${words.lead}</p></div></header>
${filters(asked, props.wrong)}
${entries.length > 0 ? list(props) : nothing(asked)}
${pager(links)}
${removedLine(props.removed)}
${note({ kind: 'warn', icon: icons.warning, what: words.notYou, todo: notYouTodo() })}`,
  });
}

function notYouTodo(): Html {
  const to = (href: string) => (text: string) => html`<a href="${href}">${text}</a>`;
  return m().ownPages.activity.notYouTodo(to('/account/sessions'), to('/account/security'), to('/account/apps'));
}

function filters(asked: ActivityAsked, wrong: readonly ('from' | 'until')[]): Html {
  const words = m().ownPages.activity;
  const choices = Object.entries(words.kinds).map(([value, label]) => ({ value, label }));
  const date = (field: 'from' | 'until', label: string) =>
    textField({
      name: field,
      label,
      type: 'date',
      small: true,
      problem: wrong.includes(field) ? words.notADay : undefined,
      value: asked[field] ?? '',
    });
  return html`<form class="filters" method="get" action="/account/activity" role="search">
  ${selectField({ name: 'kind', label: words.show, value: asked.kind ?? '', choices: [{ value: '', label: words.everything }, ...choices], small: true })}
  ${date('from', words.from)}
  ${date('until', words.until)}
  <button class="btn less">${words.apply}</button>
</form>`;
}

function list({ entries, links, now }: { entries: ActivityEntry[]; links: PagerLinks; now: Date }): Html {
  const words = m().ownPages.activity;
  const days = Map.groupBy(entries, ({ at }) => at.toISOString().slice(0, 10));
  const sections = [...days].map(
    ([day, ofDay]) => html`
  <section aria-labelledby="d${day}"><h2 class="day" id="d${day}"><time datetime="${day}">${dayName(day, now)}</time></h2><ul class="lines" role="list">${ofDay.map(activityItem)}</ul></section>`,
  );
  return html`<p class="count"><span>${words.entries(links.total, counted(links))}</span><span>${words.order}</span></p>
<div class="panel">${sections}
</div>`;
}

/** "Today", "Saturday 21 November", "21 November 2025". */
function dayName(day: string, now: Date): string {
  if (day === now.toISOString().slice(0, 10)) return m().ownPages.activity.today;
  const format = day.slice(0, 4) === String(now.getUTCFullYear()) ? dayOfYearFormat : dayFormat;
  return format().format(new Date(`${day}T00:00:00Z`));
}

function nothing(asked: ActivityAsked): Html {
  const words = m().ownPages.activity;
  const searched = asked.kind || asked.from || asked.until;
  return html`<div class="panel"><div class="empty"><h2>${words.nothing}</h2><p>${searched ? words.nothingMatches : words.nothingYet}</p>${searched && html`<a class="btn" href="/account/activity">${words.clear}</a>`}</div></div>`;
}
