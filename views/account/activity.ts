import { html } from 'hono/html';
import { selectField, textField } from '../admin/fields.ts';
import { counted, type PagerLinks, pager } from '../admin/pager.ts';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';
import { type ActivityEntry, activityItem } from './activity-entry.ts';
import { accountLayout } from './layout.ts';

export type ActivityKind = 'sign-in' | 'apps' | 'account' | 'work';

/** As typed: dates are whole days, in UTC. */
export type ActivityAsked = { kind?: ActivityKind; from?: string; until?: string };

const words = {
  title: 'Activity',
  lead: 'What happened in your account.',
  show: 'Show',
  kinds: {
    all: 'Everything',
    'sign-in': 'Signing in',
    apps: 'Apps you connected',
    account: 'Changes to the account',
    work: 'Apps you build, and other work',
  },
  from: 'From',
  until: 'To',
  apply: 'Apply',
  clear: 'Show everything',
  entries: (count: Html, one: boolean) => html`<b>${count}</b> ${one ? 'entry' : 'entries'}`,
  order: 'Newest first, times in UTC',
  today: 'Today',
  notYou: 'Was one of these not you?',
  notYouTodo: html`<a href="/account/sessions">End the sessions</a> that you don’t know, <a href="/account/security">change your password</a>, and disconnect what you don’t know under <a href="/account/apps">Connected apps</a>.`,
  nothing: 'Nothing on record',
  nothingMatches: 'Nothing of this kind happened on these days.',
  nothingYet: 'When you sign in, allow an app or change something, it is written down here.',
};

const long = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const longer = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** What happened in an account, by day, newest first. */
export function accountActivityPage(props: {
  csrf: string;
  email: string;
  admin?: boolean;
  asked: ActivityAsked;
  problems: Readonly<Record<string, string>>;
  entries: ActivityEntry[];
  links: PagerLinks;
  now: Date;
}): string {
  const { entries, links, asked } = props;
  return accountLayout({
    title: words.title,
    tab: 'activity',
    csrf: props.csrf,
    email: props.email,
    ...(props.admin && { admin: true }),
    content: html`<header><div><h1>${words.title}</h1><p>${words.lead}</p></div></header>
${filters(asked, props.problems)}
${entries.length > 0 ? list(props) : nothing(asked)}
${pager(links)}
${note({ kind: 'warn', icon: icons.warning, what: words.notYou, todo: words.notYouTodo })}`,
  });
}

function filters(asked: ActivityAsked, problems: Readonly<Record<string, string>>): Html {
  const { all, ...kinds } = words.kinds;
  const choices = Object.entries(kinds).map(([value, label]) => ({ value, label }));
  const date = (field: 'from' | 'until', label: string) =>
    textField({ name: field, label, type: 'date', small: true, problem: problems[field], value: asked[field] ?? '' });
  return html`<form class="filters" method="get" action="/account/activity" role="search">
  ${selectField({ name: 'kind', label: words.show, value: asked.kind ?? '', choices: [{ value: '', label: all }, ...choices], small: true })}
  ${date('from', words.from)}
  ${date('until', words.until)}
  <button class="btn less">${words.apply}</button>
</form>`;
}

function list({ entries, links, now }: { entries: ActivityEntry[]; links: PagerLinks; now: Date }): Html {
  const days = Map.groupBy(entries, ({ at }) => at.toISOString().slice(0, 10));
  const sections = [...days].map(
    ([day, ofDay]) => html`
  <section aria-labelledby="d${day}"><h2 class="day" id="d${day}"><time datetime="${day}">${dayName(day, now)}</time></h2><ul class="lines" role="list">${ofDay.map(activityItem)}</ul></section>`,
  );
  return html`<p class="count"><span>${words.entries(html`${counted(links)}`, links.total === 1)}</span><span>${words.order}</span></p>
<div class="panel">${sections}
</div>`;
}

/** "Today", "Saturday 21 November", "21 November 2025". */
function dayName(day: string, now: Date): string {
  if (day === now.toISOString().slice(0, 10)) return words.today;
  return (day.slice(0, 4) === String(now.getUTCFullYear()) ? long : longer).format(new Date(`${day}T00:00:00Z`));
}

function nothing(asked: ActivityAsked): Html {
  const searched = asked.kind || asked.from || asked.until;
  return html`<div class="panel"><div class="empty"><h2>${words.nothing}</h2><p>${searched ? words.nothingMatches : words.nothingYet}</p>${searched && html`<a class="btn" href="/account/activity">${words.clear}</a>`}</div></div>`;
}
