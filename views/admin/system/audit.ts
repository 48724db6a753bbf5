import { html } from 'hono/html';
import { breakable, type Html, listed, name, plain } from '../../text.ts';
import { moment } from '../../time.ts';
import { empty } from '../empty.ts';
import { textField } from '../fields.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';

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
  problems: Readonly<Record<string, string>>;
  rows: AuditRow[];
  links: PagerLinks;
  /** Exports the filtered lines as NDJSON. */
  exportHref: string;
}): string {
  const { filter, rows } = props;
  return adminLayout({
    frame: props.frame,
    title: 'Audit log',
    tab: 'audit',
    refused: Object.keys(props.problems).length > 0,
    head: html`<div><h1>Audit log</h1><p>Who did what, on what and when. Nothing here is ever changed; <code>vcauth audit verify</code> shows it.</p></div>${rows.length > 0 && html`<a class="btn" href="${props.exportHref}">Export as NDJSON</a>`}`,
    content: html`${filters(filter, props.problems)}
${rows.length > 0 ? html`${countLine({ links: props.links, noun: 'lines on record', asked: asked(filter), clear: '/admin/audit', order: 'Newest first' })}${auditTable(rows)}${pager(props.links)}` : nothing(filter)}`,
  });
}

function filters(filter: AuditListFilter, problems: Readonly<Record<string, string>>): Html {
  const text = (name: keyof AuditListFilter, label: string, type: 'text' | 'date' = 'text') =>
    textField({ name, label, type, small: true, problem: problems[name], value: filter[name] ?? '' });
  return html`<form class="filters many" method="get" action="/admin/audit" role="search">
  ${text('actor', 'Actor')}
  ${text('action', 'Action')}
  ${text('target', 'Target')}
  ${text('request', 'Request id')}
  ${text('from', 'From', 'date')}
  ${text('until', 'Until', 'date')}
  <button class="btn less">Apply</button>
</form>`;
}

/** The actor stands above the time and shows at every width: readers look for it first. */
export function auditTable(rows: AuditRow[]): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">What was done, newest first</caption>
    <thead><tr><th scope="col">What, on what</th><th scope="col">Who, when</th><th scope="col" class="far num">№</th></tr></thead>
    <tbody>${rows.map(row)}</tbody>
  </table></div></div>`;
}

function row(event: AuditRow): Html {
  const who = event.by === event.actor ? html`<span class="mono">${event.actor}</span>` : name(event.by);
  return html`
      <tr><th scope="row"><b>${breakable(event.action)}</b><br><span class="mono">${plain(event.target)}</span>${fold(event)}</th><td>${who}<br><span class="small quiet">${moment(event.at)}</span></td><td class="far num">${event.seq}</td></tr>`;
}

function fold(event: AuditRow): Html {
  const request = event.requestId && html`<dt>Request id</dt><dd><code>${event.requestId}</code></dd>`;
  return html`<details><summary>Details<span class="vh"> of № ${event.seq}</span></summary><div class="stack"><dl class="receipt"><dt>Actor</dt><dd><code>${event.actor}</code></dd>${request}</dl><pre class="block">${plain(event.details)}</pre></div></details>`;
}

/** What was asked for, in words. */
function asked(filter: AuditListFilter): Html | undefined {
  const labels: Readonly<Record<keyof AuditListFilter, string>> = {
    actor: 'actor',
    action: 'action',
    target: 'target',
    request: 'request id',
    from: 'from',
    until: 'until',
  };
  const parts = (Object.keys(labels) as (keyof AuditListFilter)[])
    .filter((field) => filter[field])
    .map((field) => html`${labels[field]} “${name(filter[field] ?? '')}”`);
  return parts.length > 0 ? listed(parts) : undefined;
}

const nothing = (filter: AuditListFilter): Html =>
  empty({
    title: 'Nothing on record matches',
    why: html`${asked(filter) ? html`You look for ${asked(filter)}. ` : ''}Actor, action, target and request id must match exactly, with two exceptions: the actor cli is every terminal, and an action that ends with a dot, such as client., is every action that starts with it.`,
    way: { href: '/admin/audit', label: 'Clear all filters' },
  });
