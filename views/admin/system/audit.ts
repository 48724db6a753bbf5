import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { type Removed, removedLine } from '../../removed.ts';
import { breakable, type Html, listed, name, plain } from '../../text.ts';
import { moment } from '../../time.ts';
import { empty } from '../empty.ts';
import { type Problems, textField } from '../fields.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';

const words = () => m().adminSystem.audit;

export type AuditRow = {
  seq: string;
  at: Date;
  /** `by` is the actor as an admin knows it, `actor` as it is recorded. */
  by: string;
  actor: string;
  action: string;
  target: string;
  details: string;
  requestId?: string;
};

/** As typed: dates are whole days, in UTC. */
export type AuditListFilter = {
  actor?: string;
  action?: string;
  target?: string;
  request?: string;
  from?: string;
  until?: string;
};

/** The audit log, newest first. */
export function auditPage(props: {
  frame: AdminFrame;
  filter: AuditListFilter;
  problems: Problems;
  rows: AuditRow[];
  links: PagerLinks;
  /** Set on the last page, if older lines were removed. */
  removed?: Removed | undefined;
  /** Exports the filtered lines as NDJSON. */
  exportHref: string;
}): string {
  const { filter, rows } = props;
  return adminLayout({
    frame: props.frame,
    title: words().title,
    tab: 'audit',
    refused: Object.keys(props.problems).length > 0,
    head: html`<div><h1>${words().title}</h1><p>${words().lead(html`<code>vcauth audit verify</code>`)}</p></div>${rows.length > 0 && html`<a class="btn" href="${props.exportHref}">${words().export}</a>`}`,
    content: html`${filters(filter, props.problems)}
${rows.length > 0 ? html`${countLine({ links: props.links, noun: words().noun, asked: asked(filter), clear: '/admin/audit', order: words().newest })}${auditTable(rows)}${pager(props.links)}` : nothing(filter)}${removedLine(props.removed)}`,
  });
}

function filters(filter: AuditListFilter, problems: Problems): Html {
  const text = (name: keyof AuditListFilter, label: string, type: 'text' | 'date' = 'text') =>
    textField({ name, label, type, small: true, problem: problems[name], value: filter[name] ?? '' });
  return html`<form class="filters many" method="get" action="/admin/audit" role="search">
  ${text('actor', words().actor)}
  ${text('action', words().action)}
  ${text('target', words().target)}
  ${text('request', words().request)}
  ${text('from', words().from, 'date')}
  ${text('until', words().until, 'date')}
  <button class="btn less">${words().apply}</button>
</form>`;
}

/** The actor stands above the time and shows at every width: readers look for it first. */
export function auditTable(rows: AuditRow[]): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">${words().caption}</caption>
    <thead><tr><th scope="col">${words().what}</th><th scope="col">${words().who}</th><th scope="col" class="far num">№</th></tr></thead>
    <tbody>${rows.map(row)}</tbody>
  </table></div></div>`;
}

function row(event: AuditRow): Html {
  const who = event.by === event.actor ? html`<span class="mono">${event.actor}</span>` : name(event.by);
  return html`
      <tr><th scope="row"><b>${breakable(event.action)}</b><br><span class="mono">${plain(event.target)}</span>${fold(event)}</th><td>${who}<br><span class="small quiet">${moment(event.at)}</span></td><td class="far num">${event.seq}</td></tr>`;
}

function fold(event: AuditRow): Html {
  const request = event.requestId && html`<dt>${words().request}</dt><dd><code>${event.requestId}</code></dd>`;
  return html`<details><summary>${words().details(event.seq)}</summary><div class="stack"><dl class="receipt"><dt>${words().actor}</dt><dd><code>${event.actor}</code></dd>${request}</dl><pre class="block">${plain(event.details)}</pre></div></details>`;
}

/** What was asked for, in words. */
function asked(filter: AuditListFilter): Html | undefined {
  const { asked: texts } = words();
  const parts = (Object.keys(texts) as (keyof AuditListFilter)[])
    .filter((field) => filter[field])
    .map((field) => texts[field](m().apps.quoted(name(filter[field] ?? ''))));
  return parts.length > 0 ? listed(parts) : undefined;
}

const nothing = (filter: AuditListFilter): Html =>
  empty({
    title: words().none,
    why: html`${asked(filter) ? html`${words().youLook(asked(filter) ?? html``)} ` : ''}${words().noneWhy}`,
    way: { href: '/admin/audit', label: words().clear },
  });
