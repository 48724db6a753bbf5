import { html } from 'hono/html';
import * as icons from '../icons.ts';
import type { Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, name } from '../text.ts';
import { ago, day } from '../time.ts';
import { upstreamIcons } from '../upstream-buttons.ts';

/** A provider, and the account there that signs in to this one. */
export type OtherWay = {
  name: string;
  title: string;
  icon: keyof typeof upstreamIcons;
  connected: { label: string | undefined; since: Date; lastUsed: Date | undefined } | undefined;
};

/** What has just been done, said once. */
export type OtherWayNotice = keyof Messages['upstream']['notices'];

export const isOtherWayNotice = (text: string | undefined): text is OtherWayNotice =>
  text !== undefined && Object.hasOwn(m().upstream.notices, text);

export function otherWayNote(notice: OtherWayNotice): Html {
  const said = notice === 'needed' ? { kind: 'warn', icon: icons.warning } : { kind: 'good', icon: icons.tick };
  return note({ ...(said as { kind: 'good' | 'warn'; icon: Html }), ...m().upstream.notices[notice], role: 'status' });
}

/** The section of the security page. Posts `csrf`. Nothing if this server has no other providers. */
export function otherWaysSection(ways: readonly OtherWay[], csrf: string, now: Date): Html | undefined {
  if (ways.length === 0) return undefined;
  const { heading, lead } = m().upstream.ways;
  return html`<section class="setting" aria-labelledby="other"><header><h2 id="other">${heading}</h2><p>${lead}</p></header><div><ul class="lines" role="list">
    ${ways.map((way) => line(way, csrf, now))}</ul></div></section>`;
}

function line(way: OtherWay, csrf: string, now: Date): Html {
  const { connected, icon } = way;
  const { connect, disconnect, notConnected } = m().upstream.ways;
  const title = name(way.title);
  const facts = connected ? factsOf(connected, now) : notConnected;
  const button = connected
    ? html`<button class="btn less danger">${disconnect(title)}</button>`
    : html`<button class="btn less">${connect(title)}</button>`;
  return html`<li>${upstreamIcons[icon]}<div><b>${title}</b><p>${facts}</p></div><form method="post" action="/account/security/other-ways/${way.name}/${connected ? 'disconnect' : 'connect'}"><input type="hidden" name="csrf" value="${csrf}">${button}</form></li>`;
}

function factsOf({ label, since, lastUsed }: NonNullable<OtherWay['connected']>, now: Date): Html {
  const { used, never } = m().upstream.ways;
  const when = lastUsed ? used(day(since), ago(lastUsed, now)) : never(day(since));
  return label === undefined ? when : html`${name(label)}<br>${when}`;
}
