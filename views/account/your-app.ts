import { html } from 'hono/html';
import { dayTable } from '../admin/bars.ts';
import { type DayStatistics, dayCharts, sum } from '../admin/days.ts';
import { standingTag } from '../app-identity.ts';
import { type FailedBy, senderTag } from '../failed-by.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { type SubjectTab, subject } from '../subject.ts';
import { type Html, inEnglish, linkTo, number, percent, plain, prose } from '../text.ts';
import { type Tile, tiles } from '../tiles.ts';
import { ago, moment } from '../time.ts';
import { type UsageOfDay, usageSetting } from '../usage.ts';
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
  if (state === 'suspended') return html`<span class="tag bad">${icons.wrong}${m().yourApps.suspended}</span>`;
  if (firstParty) return standingTag('own');
  if (state === 'draft') return html`<span class="tag">${m().yourApps.draft}</span>`;
  return standingTag(state === 'verified' ? 'verified' : 'in_review');
}

/** A page about one's own app; `tab` is the end of its address. */
export function ownLayout(frame: OwnFrame, props: { title: string; tab: string; content: Html }): string {
  const { head, notice } = frame;
  const { path } = head;
  const words = m().yourApps;
  const tabs: SubjectTab[] = [
    { href: path, label: words.tabs.overview },
    { href: `${path}/failed`, label: words.tabs.failed, ...(head.failed > 0 && { count: head.failed }) },
    ...(head.hasSecrets ? [{ href: `${path}/secrets`, label: words.tabs.secrets }] : []),
    ...(head.reviewed ? [{ href: `${path}/review`, label: words.tabs.review }] : []),
  ];
  return accountLayout({
    title: `${props.title}: ${plain(head.name)}`,
    tab: 'your-apps',
    csrf: frame.csrf,
    email: frame.email,
    admin: frame.admin,
    content: html`${subject({
      back: { href: '/account/your-apps', label: m().frame.yourApps },
      app: head,
      facts: html`<code>${plain(head.clientId)}</code> ${appState(head)}`,
      ...(head.editable && { act: { href: `${path}/edit`, label: words.edit } }),
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
    /** What it did, as gateways counted it, oldest first. */
    usage: readonly UsageOfDay[];
    /** How many people may use it before it is verified. */
    limit: number;
    lastUsed?: Date;
    now: Date;
  },
): string {
  const { head, service, people, groups, now, lastUsed } = props;
  const words = m().yourApps.overview;
  const said = lastUsed ? words.used(ago(lastUsed, now)) : words.notUsed;
  return ownLayout(props, {
    title: m().yourApps.tabs.overview,
    tab: '',
    content: html`${tiles({ label: words.activity, tiles: [...(service ? [] : [peopleTile(people)]), ...requestTiles(props)] })}
<p class="small quiet">${said} ${words.counting}</p>
${failures(head, groups)}
${head.reviewed && head.state === 'draft' && unverified(head, service ? undefined : props.limit)}
<div class="panel">${usageSetting({ days: props.usage, now })}</div>
<details class="panel"><summary>${words.dayByDay}</summary>
  ${
    !service &&
    html`<section class="setting" aria-labelledby="people"><header><h2 id="people">${words.people}</h2><p>${words.peopleLead}</p></header>${peopleByDay(people.byDay)}</section>`
  }
  ${dayCharts(props.days, html`${words.refused}`)}
</details>`,
  });
}

function peopleByDay(days: { day: string; count: number; added: number }[]): Html {
  const words = m().yourApps.overview;
  const grown = days.filter(({ added }) => added > 0);
  if (grown.length === 0) return html`<p class="quiet">${words.nobodyNew(days.length)}</p>`;
  const rows = grown.map(({ day, count, added }): [string, number, number] => [day, count, added]);
  return dayTable(words.peopleByDay, [words.connected, words.new], rows);
}

function peopleTile({ now, byDay }: { now: number; byDay: { count: number; added: number }[] }): Tile {
  const words = m().yourApps.overview;
  const week = byDay.slice(-7).reduce((all, { added }) => all + added, 0);
  const counts = byDay.map(({ count }) => count);
  return {
    label: words.people,
    figure: number(now),
    ...(week > 0 && { change: words.moreInAWeek(number(week)) }),
    days: { counts, said: words.peopleSaid(counts.length, number(counts[0] ?? 0), number(now)) },
  };
}

function requestTiles({ requests: { today, week, before }, days }: Parameters<typeof yourAppPage>[0]): Tile[] {
  const words = m().yourApps.overview;
  const asked = days.map((day) => sum(day) + day.errors);
  const failed = days.map((day, i) => (asked[i] ? day.errors / (asked[i] as number) : 0));
  const daily = Math.round(week.requests / 7);
  const change = before.requests > 0 ? Math.round((week.requests / before.requests - 1) * 100) : undefined;
  return [
    {
      label: words.requests,
      figure: number(daily),
      ...(change !== undefined && { change: `${change < 0 ? '−' : '+'}${percent(Math.abs(change) / 100)}` }),
      days: { counts: asked, said: words.requestsSaid(asked.length, number(Math.max(...asked))) },
    },
    {
      label: words.failed,
      figure: percent(today.share),
      bad: today.requests >= 20 && today.share >= 0.2,
      ...(week.requests > 0 && { change: words.failedInAWeek(percent(week.share)) }),
      days: {
        counts: failed,
        said: words.failedSaid(failed.length, percent(today.share)),
      },
    },
  ];
}

function failures(head: AppHead, groups: FailureGroup[]): Html {
  const words = m().yourApps.overview;
  if (groups.length === 0) return html`<div class="panel"><p>${words.noneFailed}</p></div>`;
  const shown = groups.slice(0, 3);
  const strangers = groups.filter(({ newest }) => newest.by === 'stranger').reduce((all, { count }) => all + count, 0);
  return html`<div class="panel">
  <div class="head"><h2>${words.why}</h2><p>${words.inADay(number(head.failed))}${strangers > 0 && words.ofStrangers(number(strangers))}${groups.length > shown.length && words.newestKinds(linkTo(`${head.path}/failed`))}</p></div>
  <div class="table"><table><caption class="vh">${m().failures.caption}</caption><thead><tr><th scope="col">${m().failures.wrongAndFix}</th><th scope="col" class="mid">${words.last}</th><th scope="col" class="far">${m().errors.requestId}</th></tr></thead><tbody>${shown.map((group) => groupRow(head, group))}
  </tbody></table></div>
</div>`;
}

function groupRow(head: AppHead, { newest, count }: FailureGroup): Html {
  return html`
  <tr><th scope="row"><b${inEnglish()}>${prose(newest.wrong)}</b> ${count > 1 && `${m().yourApps.overview.times(count)} `}<code>${plain(newest.error)}</code>${senderTag(newest.by)}<br><span class="quiet">${received(newest)}<span${inEnglish()}>${prose(newest.fix)}</span>${addAddress(head, newest)}</span></th><td class="mid">${moment(newest.at)}</td><td class="far nb"><span class="mono">${newest.request_id}</span></td></tr>`;
}

const received = ({ parameters: { redirect_uri: sent } }: FailureGroup['newest']): Html | undefined =>
  sent ? html`${m().yourApps.overview.received(html`<code>${plain(sent)}</code>`)} ` : undefined;

/** Offers to add a redirect address that the owner sent and that is not registered, if the owner may edit the app. */
export function addAddress(
  { path, editable }: AppHead,
  { error, mine, parameters }: { error: string; mine: boolean; parameters: Readonly<Record<string, string | null>> },
): Html | undefined {
  const sent = parameters.redirect_uri;
  if (!editable || !mine || error !== 'invalid_redirect_uri' || !sent) return undefined;
  return html` <a href="${path}/edit?add=${encodeURIComponent(sent)}">${m().yourApps.overview.addAddress}<span class="vh"> ${plain(sent)}</span></a>`;
}

function unverified({ path, missing }: AppHead, limit: number | undefined): Html {
  const words = m().yourApps.overview;
  const until = limit === undefined ? words.until : words.untilLimited(number(limit));
  const lacks = missing === 0 ? words.nothingMissing : words.missing(missing);
  return html`<section class="panel" aria-labelledby="rev"><div class="setting"><header><h2 id="rev">${words.verify}</h2></header><div class="stack"><p>${until} ${lacks}</p><p><a class="btn" href="${path}/review">${words.whatReviewNeeds}</a></p></div></div></section>`;
}
