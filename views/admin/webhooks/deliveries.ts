import { html } from 'hono/html';
import type { Html } from '../../text.ts';
import { moment, plural } from '../../time.ts';
import { textField } from '../fields.ts';
import { form } from '../layout.ts';
import { counted, type PagerLinks, pager } from '../pager.ts';
import { answered, type DeliveryStatus, deliveryLabels, deliveryTag } from './states.ts';

type DeliveryRow = {
  id: string;
  type: string;
  status: DeliveryStatus;
  attempts: number;
  /** The result of the last attempt. */
  last: { status?: number; error?: string };
  created: Date;
};

export type DeliveryList = { rows: DeliveryRow[]; status?: DeliveryStatus; links: PagerLinks };

const statuses: readonly DeliveryStatus[] = ['pending', 'delivered', 'failed'];

/** The events that were sent to the endpoint, newest first, and a form that sends again those that failed. */
export function deliveriesPanel(props: {
  csrf: string;
  path: string;
  list: DeliveryList;
  problem?: string | undefined;
  enabled: boolean;
}): Html {
  const { list, path } = props;
  const any = list.rows.length > 0;
  return html`<section class="panel" aria-labelledby="log">
  <div><h2 id="log">Deliveries</h2><p class="small quiet">Kept for 30 days, the newest 1,000. ${filters(path, list.status)}</p></div>
  ${any && html`<div class="small quiet">${counted(list.links)} ${list.links.total === 1 ? 'delivery' : 'deliveries'}${list.status && html` that are ${deliveryLabels[list.status].toLowerCase()}`}, newest first</div>`}
  ${any ? html`<div class="table">${table(list.rows, path)}</div>` : html`<div class="empty"><h3>${list.status ? `None is ${deliveryLabels[list.status].toLowerCase()}` : 'Nothing was sent yet'}</h3><p>${list.status ? 'Choose All to see every delivery.' : 'The first event that happens, or a test event, appears here.'}</p></div>`}
  ${props.enabled && again(props)}
</section>
${pager(list.links)}`;
}

function filters(path: string, status: DeliveryStatus | undefined): Html {
  const link = (href: string, label: string, current: boolean) =>
    html` <a href="${href}#log"${current && html` aria-current="page"`}>${current ? html`<b>${label}</b>` : label}</a>`;
  return html`Show:${link(path, 'All', !status)}${statuses.map((one) => link(`${path}?status=${one}`, deliveryLabels[one], one === status))}`;
}

function table(rows: DeliveryRow[], path: string): Html {
  return html`<table>
    <caption class="vh">Events sent, newest first</caption>
    <thead><tr><th scope="col">Event</th><th scope="col">Status</th><th scope="col" class="mid">Last answer</th></tr></thead>
    <tbody>${rows.map(
      (row) => html`
      <tr><th scope="row"><a href="${path}/deliveries/${row.id}">${row.type}<span class="vh">, ${row.id}</span></a><br><span class="mono">${moment(row.created)}</span></th><td>${deliveryTag(row.status)}<br><span class="small quiet">${plural(row.attempts, 'attempt')}</span></td><td class="mid">${answered(row.last)}</td></tr>`,
    )}</tbody>
  </table>`;
}

function again({ csrf, path, problem }: Parameters<typeof deliveriesPanel>[0]): Html {
  return html`<div class="setting"><header><h3>Send again what failed</h3><p>Under the same ids, so that the app knows what it has.</p></header>
    ${form({
      csrf,
      action: `${path}/replay`,
      kind: 'narrow',
      content: html`${textField({ name: 'since', label: 'Since', type: 'date', hint: 'From the beginning of that day on, in UTC.', problem, required: true })}<p class="field"><button class="btn less">Send again</button></p>`,
    })}</div>`;
}
