import { html } from 'hono/html';
import type { Html } from '../text.ts';
import { ago, day } from '../time.ts';
import { upstreamIcons } from '../upstream-buttons.ts';

/** A provider, and the account there that signs in to this one. */
export type OtherWay = {
  name: string;
  title: string;
  icon: keyof typeof upstreamIcons;
  connected: { label: string | undefined; since: Date; lastUsed: Date | undefined } | undefined;
};

const texts = {
  heading: 'Other ways in',
  lead: 'Accounts elsewhere that sign you in here.',
  not: 'Not connected',
  since: (since: Html, used: string | undefined): Html =>
    html`connected ${since} · ${used === undefined ? 'never used' : `last used ${used}`}`,
  connect: (title: Html): Html => html`Connect<span class="vh"> ${title}</span>`,
  disconnect: (title: Html): Html => html`Disconnect<span class="vh"> ${title}</span>`,
};

/** The section of the security page. Posts `csrf`. Nothing if this server has no other providers. */
export function otherWaysSection(ways: readonly OtherWay[], csrf: string, now: Date): Html | undefined {
  if (ways.length === 0) return undefined;
  return html`<section class="setting" aria-labelledby="other"><header><h2 id="other">${texts.heading}</h2><p>${texts.lead}</p></header><div><ul class="lines" role="list">
    ${ways.map((way) => line(way, csrf, now))}</ul></div></section>`;
}

function line({ name, title, icon, connected }: OtherWay, csrf: string, now: Date): Html {
  const shown = html`<bdi>${title}</bdi>`;
  const facts = connected
    ? html`${connected.label !== undefined && html`<bdi>${connected.label}</bdi> · `}${texts.since(day(connected.since), connected.lastUsed && ago(connected.lastUsed, now))}`
    : texts.not;
  const button = connected
    ? html`<button class="btn less danger">${texts.disconnect(shown)}</button>`
    : html`<button class="btn less">${texts.connect(shown)}</button>`;
  return html`<li>${upstreamIcons[icon]}<div><b>${shown}</b><p>${facts}</p></div><form method="post" action="/account/security/other-ways/${name}/${connected ? 'disconnect' : 'connect'}"><input type="hidden" name="csrf" value="${csrf}">${button}</form></li>`;
}
