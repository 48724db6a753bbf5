import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import type { Html } from '../../text.ts';
import { moment } from '../../time.ts';
import { type Problem, textField } from '../fields.ts';
import { form } from '../layout.ts';
import { counted, type PagerLinks, pager } from '../pager.ts';
import { answered, type DeliveryStatus, deliveryLabel, deliveryTag } from './states.ts';

const words = () => m().adminWebhooks.deliveries;

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
  problem?: Problem | undefined;
  enabled: boolean;
}): Html {
  const { list, path } = props;
  const any = list.rows.length > 0;
  return html`<section class="panel" aria-labelledby="log">
  <div><h2 id="log">${words().title}</h2><p class="small quiet">${words().kept} ${filters(path, list.status)}</p></div>
  ${any && html`<div class="small quiet">${list.status ? words().countOf(counted(list.links), deliveryLabel(list.status)) : words().count(counted(list.links), list.links.total)}</div>`}
  ${any ? html`<div class="table">${table(list.rows, path)}</div>` : html`<div class="empty"><h3>${list.status ? words().noneIn(deliveryLabel(list.status)) : words().none}</h3><p>${list.status ? words().chooseAll : words().noneWhy}</p></div>`}
  ${props.enabled && again(props)}
</section>
${pager(list.links)}`;
}

function filters(path: string, status: DeliveryStatus | undefined): Html {
  const link = (href: string, label: string, current: boolean) =>
    html` <a href="${href}#log"${current && html` aria-current="page"`}>${current ? html`<b>${label}</b>` : label}</a>`;
  return html`${words().show}${link(path, words().all, !status)}${statuses.map((one) => link(`${path}?status=${one}`, deliveryLabel(one), one === status))}`;
}

function table(rows: DeliveryRow[], path: string): Html {
  return html`<table>
    <caption class="vh">${words().caption}</caption>
    <thead><tr><th scope="col">${words().event}</th><th scope="col">${words().status}</th><th scope="col" class="mid">${words().lastAnswer}</th></tr></thead>
    <tbody>${rows.map(
      (row) => html`
      <tr><th scope="row"><a href="${path}/deliveries/${row.id}">${row.type}<span class="vh">, ${row.id}</span></a><br><span class="mono">${moment(row.created)}</span></th><td>${deliveryTag(row.status)}<br><span class="small quiet">${words().attempts(row.attempts)}</span></td><td class="mid">${answered(row.last)}</td></tr>`,
    )}</tbody>
  </table>`;
}

function again({ csrf, path, problem }: Parameters<typeof deliveriesPanel>[0]): Html {
  return html`<div class="setting"><header><h3>${words().again}</h3><p>${words().againLead}</p></header>
    ${form({
      csrf,
      action: `${path}/replay`,
      kind: 'narrow',
      content: html`${textField({ name: 'since', label: words().since, type: 'date', hint: words().sinceHint, problem, required: true })}<p class="field"><button class="btn less">${words().sendAgain}</button></p>`,
    })}</div>`;
}
