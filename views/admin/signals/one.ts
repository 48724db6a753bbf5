import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { type Fact, receipt } from '../../secret-once.ts';
import { breakable, capitalized, number as digits, type Html, name, plain } from '../../text.ts';
import { ago, moment } from '../../time.ts';
import { type Act, actPage } from '../act.ts';
import type { Problems } from '../fields.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { type StreamRow, streamPath, streamTag, waiting } from './list.ts';

const words = () => m().adminSignals.one;

export type StreamDetail = StreamRow & {
  id: string;
  /** Where tokens are pushed. */
  url?: string;
  description?: string;
  events: readonly string[];
  reason?: string;
  pausedByAdmin: boolean;
  lateSeconds: number;
  failures: number;
  failingSince?: Date;
  next?: Date;
  removed: number;
  created: Date;
};

export const streamActs = ['pause', 'enable', 'remove'] as const;
export type StreamAct = (typeof streamActs)[number];

/** Which acts make sense now. A stream that its receiver has turned off is resumed by its receiver. */
function actsFor({ state, pausedByAdmin }: Pick<StreamDetail, 'state' | 'pausedByAdmin'>): StreamAct[] {
  if (pausedByAdmin) return ['enable', 'remove'];
  return state === 'failing' || state === 'paused' ? ['enable', 'pause', 'remove'] : ['pause', 'remove'];
}

/** One stream: how it stands, and what an admin can do about it. */
export function streamPage(props: { frame: AdminFrame; stream: StreamDetail; now: Date }): string {
  const { frame, stream, now } = props;
  return adminLayout({
    frame,
    title: words().title(stream.name),
    tab: 'clients',
    head: html`<div><p class="crumb"><a href="/admin/signals">← ${words().all}</a></p><h1>${words().heading(name(stream.name))}</h1><p class="row">${streamTag(stream.state)} <code>${stream.clientId}</code></p></div>`,
    content: html`<div class="panel"><section class="setting" aria-labelledby="how"><header><h2 id="how">${words().how}</h2><p>${words().howLead}</p></header><div>${receipt(facts(stream, now))}</div></section>
  <section class="setting" aria-labelledby="change"><header><h2 id="change">${words().change}</h2><p>${words().changeLead}</p></header><p class="row">${actsFor(stream).map((act) => actLink(stream.clientId, act))}</p></section>
</div>`,
  });
}

const actLink = (clientId: string, act: StreamAct): Html =>
  html`<a class="btn${act === 'remove' && ' danger'}" href="${streamPath(clientId)}/${act}">${m().adminSignals.acts[act].button}</a>`;

function facts(stream: StreamDetail, now: Date): Fact[] {
  const list = m().adminSignals;
  const { clientId, url, error, reason, failingSince, next, lateSeconds } = stream;
  const oldest = new Date(now.getTime() - lateSeconds * 1_000);
  const client = html`<a href="/admin/client/${encodeURIComponent(clientId)}">${name(stream.name)}</a>`;
  const target = encodeURIComponent(`client:${clientId}`);
  const late = stream.waiting > 0 && html`, ${words().oldest(ago(oldest, now))}`;
  const optional: (Fact | false | undefined)[] = [
    stream.pausedByAdmin && [list.state, html`${words().byAdmin}`],
    reason !== undefined && !stream.pausedByAdmin && [words().reason, html`<bdi>${plain(reason)}</bdi>`],
    error !== undefined && [
      list.lastError,
      html`<bdi lang="en">${plain(capitalized(error))}</bdi><br><span class="small quiet">${words().failures(stream.failures)}${failingSince && html`, ${words().since(moment(failingSince))}`}</span>`,
    ],
    next && [words().next, moment(next)],
    stream.removed > 0 && [words().removed, html`${digits(stream.removed)}`],
  ];
  return [
    [words().client, client],
    [
      list.delivery,
      url === undefined
        ? html`${list.poll}<br><span class="small quiet">${words().polls}</span>`
        : html`${list.push}<br><code>${breakable(url)}</code>`,
    ],
    [list.waiting, html`${waiting(stream.waiting)}${late}`],
    [list.delivered, stream.delivered ? moment(stream.delivered) : html`${list.never}`],
    ...optional.filter((fact): fact is Fact => fact !== false && fact !== undefined),
    [words().id, html`<code>${breakable(stream.id)}</code>`],
    [words().made, moment(stream.created)],
    [words().record, html`<a href="/admin/audit?target=${target}">${words().recordLink}</a>`],
  ];
}

/** Asks for the reason of an act. */
export function streamActPage(props: {
  frame: AdminFrame;
  stream: Pick<StreamDetail, 'clientId' | 'name'>;
  act: StreamAct;
  problems: Problems;
  reason: string;
}): string {
  const { frame, stream, act, problems, reason } = props;
  const { title, heading, effects, button } = m().adminSignals.acts[act];
  const path = streamPath(stream.clientId);
  const shown: Act = {
    title: title(plain(stream.name)),
    heading: heading(name(stream.name)),
    effects: effects.map((effect) => html`${effect}`),
    button,
    action: `${path}/${act}`,
    back: path,
  };
  return actPage({ frame, tab: 'clients', act: shown, problems, reason });
}
