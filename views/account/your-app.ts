import { html } from 'hono/html';
import { dayTable } from '../admin/bars.ts';
import { type DayStatistics, dayCharts } from '../admin/days.ts';
import { standingTag } from '../app-identity.ts';
import { type FailedBy, senderTag } from '../failed-by.ts';
import * as icons from '../icons.ts';
import { type SubjectTab, subject } from '../subject.ts';
import { type Html, percent, plain, prose } from '../text.ts';
import { type Tile, tiles } from '../tiles.ts';
import { ago, moment, plural } from '../time.ts';
import { accountLayout } from './layout.ts';
import { type OwnNotice, ownNoticeNote } from './your-app-notices.ts';

export type State = 'draft' | 'in_review' | 'verified' | 'suspended';

/** What the head of every page about one's own app needs. */
export type AppHead = {
  clientId: string;
  path: string;
  name: string;
  logo?: string;
  firstParty: boolean;
  state: State;
  /** Failed requests of the last 24 hours. */
  failed: number;
  hasSecrets: boolean;
  /** Whether it can be reviewed: VibeCaaS's own apps and gateways cannot. */
  reviewed: boolean;
  editable: boolean;
  /** How many facts are missing for a review. */
  missing: number;
};

/** What every page about one's own app is given. */
export type OwnFrame = { csrf: string; email: string; admin: boolean; head: AppHead; notice?: OwnNotice };

/** The state of an app, in words for its owner. */
export function appState({ state, firstParty }: { state: State; firstParty: boolean }): Html {
  if (state === 'suspended') return html`<span class="tag bad">${icons.wrong}Suspended</span>`;
  if (firstParty) return standingTag('own');
  if (state === 'draft') return html`<span class="tag">Draft</span>`;
  return standingTag(state === 'verified' ? 'verified' : 'in_review');
}

/** A page about one's own app; `tab` is the end of its address. */
export function ownLayout(frame: OwnFrame, props: { title: string; tab: string; content: Html }): string {
  const { head, notice } = frame;
  const { path } = head;
  const tabs: SubjectTab[] = [
    { href: path, label: 'Overview' },
    { href: `${path}/failed`, label: 'Failed requests', ...(head.failed > 0 && { count: head.failed }) },
    ...(head.hasSecrets ? [{ href: `${path}/secrets`, label: 'Secrets' }] : []),
    ...(head.reviewed ? [{ href: `${path}/review`, label: 'Review' }] : []),
  ];
  return accountLayout({
    title: `${props.title}: ${plain(head.name)}`,
    tab: 'your-apps',
    csrf: frame.csrf,
    email: frame.email,
    admin: frame.admin,
    content: html`${subject({
      back: { href: '/account/your-apps', label: 'Your apps' },
      app: head,
      facts: html`<code>${plain(head.clientId)}</code> ${appState(head)}`,
      ...(head.editable && { act: { href: `${path}/edit`, label: 'Edit' } }),
      tabs,
      current: `${path}${props.tab}`,
    })}
${notice && ownNoticeNote(notice)}
${props.content}`,
  });
}

/** Failures of the same kind: the newest of them, with what was wrong and what to do. */
export type FailureGroup = {
  newest: {
    at: Date;
    error: string;
    wrong: string;
    fix: string;
    request_id: string;
    by: FailedBy;
    /** Whether the owner sent it. */
    mine: boolean;
    parameters: Readonly<Record<string, string | null>>;
  };
  count: number;
};

type Requests = { requests: number; share: number };

/** The activity of an app: who uses it, how many requests it sends, and why some failed. */
export function yourAppPage(
  props: OwnFrame & {
    service: boolean;
    people: { now: number; byDay: { day: string; count: number; added: number }[] };
    requests: { today: Requests; week: Requests; before: Requests };
    days: DayStatistics[];
    groups: FailureGroup[];
    /** How many people may use it before it is verified. */
    limit: number;
    lastUsed?: Date;
    now: Date;
  },
): string {
  const { head, service, people, groups, now, lastUsed } = props;
  const said = lastUsed ? `Last used ${ago(lastUsed, now)}.` : 'It has not been used yet.';
  return ownLayout(props, {
    title: 'Overview',
    tab: '',
    content: html`${tiles({ label: 'Activity', tiles: [...(service ? [] : [peopleTile(people)]), ...requestTiles(props)] })}
<p class="small quiet">${said} Days are counted in UTC; the last ten seconds may be missing.</p>
${failures(head, groups)}
${head.reviewed && head.state === 'draft' && unverified(head, service ? undefined : props.limit)}
<details class="panel"><summary>Day by day</summary>
  ${
    !service &&
    html`<section class="setting" aria-labelledby="people"><header><h2 id="people">People</h2><p>People who are connected today, by the day they came. People who left are not counted.</p></header>${peopleByDay(people.byDay)}</section>`
  }
  ${dayCharts(props.days, html`Requests of the app and its people that were refused.`)}
</details>`,
  });
}

function peopleByDay(days: { day: string; count: number; added: number }[]): Html {
  const grown = days.filter(({ added }) => added > 0);
  if (grown.length === 0) return html`<p class="quiet">Nobody new in ${days.length} days.</p>`;
  const rows = grown.map(({ day, count, added }): [string, number, number] => [day, count, added]);
  return dayTable('People by day', ['Connected', 'New'], rows);
}

function peopleTile({ now, byDay }: { now: number; byDay: { count: number; added: number }[] }): Tile {
  const week = byDay.slice(-7).reduce((all, { added }) => all + added, 0);
  const counts = byDay.map(({ count }) => count);
  return {
    label: 'People',
    figure: now.toLocaleString('en'),
    ...(week > 0 && { change: `+${week.toLocaleString('en')} in 7 days` }),
    days: { counts, said: `People by day over ${counts.length} days, from ${counts[0] ?? 0} to ${now}` },
  };
}

function requestTiles({ requests: { today, week, before }, days }: Parameters<typeof yourAppPage>[0]): Tile[] {
  const asked = days.map((day) => issuedOn(day) + day.errors);
  const failed = days.map((day, i) => (asked[i] ? day.errors / (asked[i] as number) : 0));
  const daily = Math.round(week.requests / 7);
  const change = before.requests > 0 ? Math.round((week.requests / before.requests - 1) * 100) : undefined;
  return [
    {
      label: 'Requests a day, over 7 days',
      figure: daily.toLocaleString('en'),
      ...(change !== undefined && { change: `${change < 0 ? '−' : '+'}${Math.abs(change)} %` }),
      days: { counts: asked, said: `Requests by day over ${asked.length} days, at most ${Math.max(...asked)}` },
    },
    {
      label: 'Failed requests today',
      figure: percent(today.share),
      bad: today.requests >= 20 && today.share >= 0.2,
      ...(week.requests > 0 && { change: `${percent(week.share)} in 7 days` }),
      days: {
        counts: failed,
        said: `Share of failed requests by day over ${failed.length} days, today ${percent(today.share)}`,
      },
    },
  ];
}

const issuedOn = ({ tokens }: DayStatistics): number =>
  tokens.authorization_code + tokens.refresh_token + tokens.client_credentials;

function failures(head: AppHead, groups: FailureGroup[]): Html {
  if (groups.length === 0) return html`<div class="panel"><p>No request failed in the last 24 hours.</p></div>`;
  const shown = groups.slice(0, 3);
  const strangers = groups.filter(({ newest }) => newest.by === 'stranger').reduce((all, { count }) => all + count, 0);
  return html`<div class="panel">
  <div class="head"><h2>Why did this fail?</h2><p>${head.failed} in 24 hours${strangers > 0 && `, and ${strangers} of unknown senders`}${groups.length > shown.length && html`; the three newest kinds. <a href="${head.path}/failed">All</a>`}</p></div>
  <div class="table"><table><caption class="vh">Failed requests, newest first</caption><thead><tr><th scope="col">What was wrong, and the fix</th><th scope="col" class="mid">Last</th><th scope="col" class="far">Request id</th></tr></thead><tbody>${shown.map((group) => groupRow(head, group))}
  </tbody></table></div>
</div>`;
}

function groupRow(head: AppHead, { newest, count }: FailureGroup): Html {
  return html`
  <tr><th scope="row"><b>${prose(newest.wrong)}</b> ${count > 1 && `${count} times. `}<code>${plain(newest.error)}</code>${senderTag(newest.by)}<br><span class="quiet">${received(newest)}${prose(newest.fix)}${addAddress(head, newest)}</span></th><td class="mid">${moment(newest.at)}</td><td class="far nb"><span class="mono">${newest.request_id}</span></td></tr>`;
}

const received = ({ parameters: { redirect_uri: sent } }: FailureGroup['newest']): Html | undefined =>
  sent ? html`Received <code>${plain(sent)}</code>. ` : undefined;

/** Offers to add a redirect address that the owner sent and that is not registered, if the owner may edit the app. */
export function addAddress(
  { path, editable }: AppHead,
  { error, mine, parameters }: { error: string; mine: boolean; parameters: Readonly<Record<string, string | null>> },
): Html | undefined {
  const sent = parameters.redirect_uri;
  if (!editable || !mine || error !== 'invalid_redirect_uri' || !sent) return undefined;
  return html` <a href="${path}/edit?add=${encodeURIComponent(sent)}">Add this address<span class="vh"> ${plain(sent)}</span></a>.`;
}

function unverified({ path, missing }: AppHead, limit: number | undefined): Html {
  const capped = limit === undefined ? '' : `, and at most ${limit.toLocaleString('en')} can connect`;
  const lacks =
    missing === 0
      ? 'Nothing is missing for a review.'
      : `For a review, ${plural(missing, 'fact')} ${missing === 1 ? 'is' : 'are'} missing.`;
  return html`<section class="panel" aria-labelledby="rev"><div class="setting"><header><h2 id="rev">Get verified</h2></header><div class="stack"><p>Until then people see “Not checked” and no logo${capped}. ${lacks}</p><p><a class="btn" href="${path}/review">What a review needs</a></p></div></div></section>`;
}
