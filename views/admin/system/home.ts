import { html } from 'hono/html';
import { host } from '../../host.ts';
import * as icons from '../../icons.ts';
import { type Html, name, plain, prose } from '../../text.ts';
import { type Tile, tiles } from '../../tiles.ts';
import { ago, day } from '../../time.ts';
import { toldApart } from '../../told-apart.ts';
import { clientPath } from '../clients/head.ts';
import { empty } from '../empty.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';

type App = { clientId: string; name: string };

/** What needs an admin's attention, by kind, the most pressing first. */
export type Needs = {
  failing: (App & { percent: string; failed: number; people: string; wrong?: string })[];
  webhooks: (App & { url: string; stopped?: 'gone' | 'failing'; undelivered: string; since?: Date; answer?: string })[];
  reviews: (App & { owner?: string; since: Date; people: string; again: boolean })[];
  /** How many more are waiting, beyond those shown. */
  moreReviews: number;
  secrets: (App & { ending: string; ends: Date; lastUsed: Date })[];
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
    ...needs.reviews.map((one) => review(one, spoken(one), now)),
    ...(needs.moreReviews > 0 ? [moreReviews(needs.moreReviews)] : []),
    ...needs.secrets.map((one) => secret(one, spoken(one), now)),
    ...(needs.oldKeyDays === undefined ? [] : [oldKey(needs.oldKeyDays)]),
  ];
  const said =
    lines.length === 1
      ? 'One thing. The rest runs by itself.'
      : `${lines.length} things, the most pressing first. The rest runs by itself.`;
  return adminLayout({
    frame,
    title: 'What needs somebody',
    tab: 'home',
    head: html`<div><h1>What needs somebody</h1><p>${lines.length === 0 ? 'Nothing now. Everything runs by itself.' : said}</p></div>`,
    content: html`${
      lines.length > 0
        ? html`<section class="panel" aria-label="Needs somebody"><div><ul class="lines">${lines}</ul></div></section>`
        : nothing
    }
<div class="title"><h2>The last 30 days</h2></div>
${tiles({ label: 'The last 30 days', tiles: props.tiles })}
<p class="small quiet field"><a href="/admin/statistics">All figures</a> · <a href="/admin/errors">Find a failed request</a></p>`,
  });
}

/** What each app is called in the label of its button. An app that appears several times counts once. */
function spokenIn({ failing: failures, webhooks, reviews, secrets }: Needs): (app: App) => string {
  const apps = new Map([...failures, ...webhooks, ...reviews, ...secrets].map((app) => [app.clientId, app]));
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
    what: html`${name(called)} fails: ${percent} of its requests today`,
    more: html`${failed.toLocaleString('en')} failed. ${people}.${wrong && html` Most recently: ${prose(wrong)}`}`,
    href: `${clientPath(clientId)}/errors`,
    act: 'Look',
    about: `at ${spoken}`,
  });
}

const stops = {
  gone: 'It answered 410 Gone, so we stopped.',
  failing: 'For three days nothing got through, so we stopped.',
};

function webhook(
  { clientId, name: called, url, stopped, undelivered, since, answer }: Needs['webhooks'][number],
  spoken: string,
  now: Date,
): Html {
  const last = since ? html`the last that got through was ${ago(since, now)}` : html`nothing has got through yet`;
  return line({
    icon: icons.webhook,
    kind: 'no',
    what: html`Webhook of ${name(called)}${stopped ? ' is off' : ''}: ${undelivered === '0' ? last : html`${undelivered === '1' ? 'one event is' : `${undelivered} events are`} not delivered, ${last}`}`,
    more: html`${host(url)}${answer && html` answered ${answer}`}. ${stopped ? stops[stopped] : 'It is tried again for three days.'}`,
    href: `${clientPath(clientId)}/webhooks`,
    act: 'Look',
    about: `at the webhook of ${spoken}`,
  });
}

function review(
  { clientId, name: called, owner, since, people, again }: Needs['reviews'][number],
  spoken: string,
  now: Date,
): Html {
  const facts = [
    ...(owner ? [html`${name(owner)}`] : []),
    html`${people}`,
    ...(again ? [html`verified before, and changed since`] : []),
  ];
  return line({
    icon: icons.verified,
    kind: 'hm',
    what: html`${name(called)} waits for review; it was put in ${ago(since, now)}`,
    more: html`${facts.map((one, i) => html`${i > 0 && ' · '}${one}`)}`,
    href: `${clientPath(clientId)}/review`,
    act: 'Review',
    about: spoken,
  });
}

const moreReviews = (n: number): Html =>
  line({
    icon: icons.verified,
    kind: 'hm',
    what: html`${n.toLocaleString('en')} more ${n === 1 ? 'waits' : 'wait'} for review`,
    more: html`They came later than those above.`,
    href: '/admin/clients?state=in_review',
    act: 'List',
    about: 'what waits for review',
  });

function secret(
  { clientId, name: called, ending, ends, lastUsed }: Needs['secrets'][number],
  spoken: string,
  now: Date,
): Html {
  return line({
    icon: icons.key,
    kind: 'hm',
    what: html`A secret of ${name(called)} ends on ${day(ends)} and is still in use`,
    more: html`<code>${ending}</code>, last used ${ago(lastUsed, now)}. Its developer has to change over by then.`,
    href: `${clientPath(clientId)}/secrets`,
    act: 'Look',
    about: `at the secrets of ${spoken}`,
  });
}

const oldKey = (days: number): Html =>
  line({
    icon: icons.key,
    kind: 'hm',
    what: html`The signing key has signed for ${days} days`,
    more: html`Let the waiting key sign. Nobody has to do anything else.`,
    href: '/admin/keys',
    act: 'Look',
    about: 'at the signing keys',
  });

const nothing = empty({
  title: 'Nothing needs you',
  why: 'Apps that fail, webhooks that do not get through, apps in review and keys that end appear here.',
  way: { href: '/admin/clients', label: 'Look at the clients' },
});
