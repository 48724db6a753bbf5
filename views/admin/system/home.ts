import { html } from 'hono/html';
import { host } from '../../host.ts';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { capitalized, type Html, inEnglish, name, number, plain, prose } from '../../text.ts';
import { type Tile, tiles } from '../../tiles.ts';
import { ago, day } from '../../time.ts';
import { toldApart } from '../../told-apart.ts';
import { clientPath } from '../clients/head.ts';
import { rulePath } from '../clients/rule-in-force.ts';
import { empty } from '../empty.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { streamPath } from '../signals/list.ts';

const words = () => m().adminSystem.home;

type App = { clientId: string; name: string };

/** What needs an admin's attention, by kind, the most pressing first. */
export type Needs = {
  failing: (App & { percent: string; failed: number; people: string; wrong?: string })[];
  webhooks: (App & { url: string; stopped?: 'gone' | 'failing'; undelivered: string; since?: Date; answer?: string })[];
  /** Apps that are not told when somebody signs out here. */
  logouts: (App & { url: string; undelivered: { count: number; said: string }; answer?: string })[];
  /** Receivers of signals that do not take them. */
  streams: (App & { since: Date; paused: boolean; error?: string })[];
  reviews: (App & { owner?: string; since: Date; people: string; again: boolean })[];
  /** How many more are waiting, beyond those shown. */
  moreReviews: number;
  secrets: (App & { ending?: string; ends: Date; lastUsed: Date })[];
  /** Apps that an admin has to allow before people may. */
  waiting: (App & { since: Date; people: number })[];
  /** How many days the signing key has signed; undefined unless that is too long. */
  oldKeyDays?: number;
};

/** The first admin page: what needs attention, then how everything does. */
export function adminHomePage(props: { frame: AdminFrame; needs: Needs; tiles: Tile[]; now: Date }): string {
  const { frame, needs, now } = props;
  const spoken = spokenIn(needs);
  const lines = [
    ...needs.failing.map((one) => failing(one, spoken(one))),
    ...needs.webhooks.map((one) => webhook(one, spoken(one), now)),
    ...needs.logouts.map((one) => logout(one, spoken(one))),
    ...needs.streams.map((one) => stream(one, spoken(one), now)),
    ...needs.reviews.map((one) => review(one, spoken(one), now)),
    ...needs.waiting.map((one) => waits(one, spoken(one), now)),
    ...(needs.moreReviews > 0 ? [moreReviews(needs.moreReviews)] : []),
    ...needs.secrets.map((one) => secret(one, spoken(one), now)),
    ...(needs.oldKeyDays === undefined ? [] : [oldKey(needs.oldKeyDays)]),
  ];
  const said = words().said(lines.length);
  return adminLayout({
    frame,
    title: words().title,
    tab: 'home',
    head: html`<div><h1>${words().title}</h1><p>${lines.length === 0 ? words().idle : said}</p></div>`,
    content: html`${
      lines.length > 0
        ? html`<section class="panel" aria-label="${words().needs}"><div><ul class="lines">${lines}</ul></div></section>`
        : nothing()
    }
<div class="title"><h2>${words().last30}</h2></div>
${tiles({ label: words().last30, tiles: props.tiles })}
<p class="small quiet field"><a href="/admin/statistics">${words().allByDay}</a> · <a href="/admin/errors">${words().findFailed}</a> · <a href="/admin/signals">${m().adminSignals.title}</a> · <a href="/admin/leaked">${m().leaked.admin.title}</a></p>`,
  });
}

/** What each app is called in the label of its button. An app that appears several times counts once. */
function spokenIn({
  failing: failures,
  webhooks,
  logouts,
  streams,
  reviews,
  secrets,
  waiting,
}: Needs): (app: App) => string {
  const apps = new Map(
    [...failures, ...webhooks, ...logouts, ...streams, ...reviews, ...secrets, ...waiting].map((app) => [
      app.clientId,
      app,
    ]),
  );
  return toldApart<App>([...apps.values()]);
}

function line(props: {
  icon: Html;
  kind: 'no' | 'hm';
  what: Html;
  more: Html;
  href: string;
  act: string;
  about: string;
}): Html {
  const { icon, kind, what, more, href, act, about } = props;
  return html`<li>${icons.coloured(kind, icon)}<div><b>${what}</b><p>${more}</p></div><a class="btn less" href="${href}">${act}<span class="vh"> ${plain(about)}</span></a></li>`;
}

function failing(
  { clientId, name: called, percent, failed, people, wrong }: Needs['failing'][number],
  spoken: string,
): Html {
  return line({
    icon: icons.wrong,
    kind: 'no',
    what: words().failing(name(called), percent),
    more: html`${words().failed(number(failed), people)}${wrong && html` ${words().recently(html`<span${inEnglish()}>${prose(wrong)}</span>`)}`}`,
    href: `${clientPath(clientId)}/errors`,
    act: words().look,
    about: words().lookAt(spoken),
  });
}

function webhook(
  { clientId, name: called, url, stopped, undelivered, since, answer }: Needs['webhooks'][number],
  spoken: string,
  now: Date,
): Html {
  const last = since ? words().lastThrough(ago(since, now)) : words().noneThrough;
  return line({
    icon: icons.webhook,
    kind: 'no',
    what: (stopped ? words().webhookOff : words().webhook)(
      name(called),
      undelivered === '0' ? last : words().undelivered(undelivered, last),
    ),
    more: html`${answer ? words().answered(host(url), answer) : html`${host(url)}.`} ${stopped ? words().stops[stopped] : words().tried}`,
    href: `${clientPath(clientId)}/webhooks`,
    act: words().look,
    about: words().lookWebhook(spoken),
  });
}

function logout({ clientId, name: called, url, undelivered, answer }: Needs['logouts'][number], spoken: string): Html {
  return line({
    icon: icons.webhook,
    kind: 'no',
    what: words().logouts(name(called), undelivered.count, undelivered.said),
    more: html`${answer ? words().answered(host(url), answer) : html`${host(url)}.`} ${words().logoutsMean}`,
    href: `${clientPath(clientId)}/webhooks`,
    act: words().look,
    about: words().lookLogouts(spoken),
  });
}

function stream(
  { clientId, name: called, since, paused, error }: Needs['streams'][number],
  spoken: string,
  now: Date,
): Html {
  const said = error !== undefined && html`<span lang="en"><bdi>${plain(capitalized(error))}</bdi></span>. `;
  return line({
    icon: icons.webhook,
    kind: 'no',
    what: words().signals(name(called), ago(since, now)),
    more: html`${said}${paused ? words().signalsPaused : words().signalsTried}`,
    href: streamPath(clientId),
    act: words().look,
    about: words().lookSignals(spoken),
  });
}

function review(
  { clientId, name: called, owner, since, people, again }: Needs['reviews'][number],
  spoken: string,
  now: Date,
): Html {
  const facts = [...(owner ? [html`${name(owner)}`] : []), html`${people}`, ...(again ? [html`${words().again}`] : [])];
  return line({
    icon: icons.verified,
    kind: 'hm',
    what: words().waits(name(called), ago(since, now)),
    more: html`${facts.map((one, i) => html`${i > 0 && ' · '}${one}`)}`,
    href: `${clientPath(clientId)}/review`,
    act: words().review,
    about: spoken,
  });
}

function waits({ clientId, name: called, since, people }: Needs['waiting'][number], spoken: string, now: Date): Html {
  const said = m().thirdParty.admin;
  return line({
    icon: icons.robot,
    kind: 'hm',
    what: said.homeWaits(name(called), ago(since, now)),
    more: html`${said.waits(people)}. ${said.homeMore}`,
    href: rulePath({ kind: 'client', value: clientId }),
    act: said.decide,
    about: said.about(spoken),
  });
}

const moreReviews = (n: number): Html =>
  line({
    icon: icons.verified,
    kind: 'hm',
    what: html`${words().moreWait(n)}`,
    more: html`${words().cameLater}`,
    href: '/admin/clients?state=in_review',
    act: words().list,
    about: words().waiting,
  });

function secret(
  { clientId, name: called, ending, ends, lastUsed }: Needs['secrets'][number],
  spoken: string,
  now: Date,
): Html {
  return line({
    icon: icons.key,
    kind: 'hm',
    what: words().secretEnds(name(called), day(ends)),
    more: words().secretUsed(
      ending === undefined ? html`${words().noEnding}` : html`<code>${ending}</code>`,
      ago(lastUsed, now),
    ),
    href: `${clientPath(clientId)}/secrets`,
    act: words().look,
    about: words().lookSecrets(spoken),
  });
}

const oldKey = (days: number): Html =>
  line({
    icon: icons.key,
    kind: 'hm',
    what: html`${words().oldKey(days)}`,
    more: html`${words().oldKeyTodo}`,
    href: '/admin/keys',
    act: words().look,
    about: words().atKeys,
  });

const nothing = () =>
  empty({
    title: words().none,
    why: words().noneWhy,
    way: { href: '/admin/clients', label: words().lookClients },
  });
