import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { capitalized, number as digits, type Html, name, plain } from '../../text.ts';
import { ago } from '../../time.ts';
import { empty } from '../empty.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';

const words = () => m().adminSignals;

export type StreamState = 'enabled' | 'failing' | 'paused' | 'disabled';

export type StreamRow = {
  clientId: string;
  name: string;
  pushes: boolean;
  state: StreamState;
  /** Signals that the receiver does not have; a thousand may be more. */
  waiting: number;
  delivered?: Date;
  error?: string;
};

export const streamPath = (clientId: string): string => `/admin/signals/${encodeURIComponent(clientId)}`;

/** Every stream of signals. */
export function streamsPage(props: { frame: AdminFrame; rows: StreamRow[]; links: PagerLinks; now: Date }): string {
  const { frame, rows, links, now } = props;
  return adminLayout({
    frame,
    title: words().title,
    tab: 'clients',
    head: html`<div><h1>${words().title}</h1><p>${words().lead}</p></div>`,
    content:
      rows.length > 0
        ? html`${countLine({ links, noun: words().noun(links.total), clear: '/admin/signals', order: words().order })}${table(rows, now)}${pager(links)}`
        : empty({
            title: words().none,
            why: words().noneWhy,
            way: { href: '/admin/clients/new', label: words().noneWay },
          }),
  });
}

function table(rows: StreamRow[], now: Date): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">${words().caption}</caption>
    <thead><tr><th scope="col">${words().receiver}</th><th scope="col">${words().state}</th><th scope="col" class="far">${words().delivery}</th><th scope="col" class="num mid">${words().waiting}</th><th scope="col" class="mid">${words().delivered}</th></tr></thead>
    <tbody>${rows.map((stream) => row(stream, now))}</tbody>
  </table></div></div>`;
}

function row(stream: StreamRow, now: Date): Html {
  const { clientId, error, delivered, pushes } = stream;
  const said =
    error !== undefined && html`<br><span class="small quiet" lang="en"><bdi>${plain(capitalized(error))}</bdi></span>`;
  const near = stream.waiting > 0 && html`<p class="near quiet">${words().waiting}: ${waiting(stream.waiting)}</p>`;
  return html`
      <tr><th scope="row"><a href="${streamPath(clientId)}">${name(stream.name)}</a><br><span class="mono">${clientId}</span></th><td>${streamTag(stream.state)}${said}${near}</td><td class="far">${pushes ? words().push : words().poll}</td><td class="num mid">${waiting(stream.waiting)}</td><td class="mid nb">${delivered ? ago(delivered, now) : words().never}</td></tr>`;
}

const maxCounted = 1_000;
export const waiting = (count: number): string => (count < maxCounted ? digits(count) : words().more);

const looks: Readonly<Record<StreamState, readonly [kind: string, icon?: Html]>> = {
  enabled: ['tag good', icons.tick],
  failing: ['tag bad', icons.wrong],
  paused: ['tag warn', icons.warning],
  disabled: ['tag'],
};

export function streamTag(state: StreamState): Html {
  const [kind, icon] = looks[state];
  return html`<span class="${kind}">${icon}${words().states[state]}</span>`;
}
