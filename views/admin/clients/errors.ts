import { html } from 'hono/html';
import { type FailedBy, type Sender, senderFact, senderFilter, senderTag } from '../../failed-by.ts';
import { type Html, listed, name, plain, prose } from '../../text.ts';
import { moment } from '../../time.ts';
import { empty } from '../empty.ts';
import { textField } from '../fields.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

export type FailureRow = {
  id: string;
  at: Date;
  requestId: string;
  clientId: string;
  endpoint: string;
  error: string;
  description?: string;
  detail?: string;
  /** What was wrong and what to fix, with `code` between backticks. */
  wrong: string;
  fix: string;
  by: FailedBy;
  parameters: [name: string, value: string | null][];
};

/** Why requests failed: of one client, or of all. */
export function clientErrorsPage(props: {
  frame: AdminFrame;
  /** The failed requests of all clients if undefined. */
  subject?: ClientSubject;
  /** The request id that was asked for. */
  request?: string;
  sender?: Sender;
  rows: FailureRow[];
  links: PagerLinks;
}): string {
  const { subject, rows, request, sender, links } = props;
  const path = subject ? clientPath(subject.clientId) : '/admin';
  const parts = [
    ...(request === undefined ? [] : [html`request id “${name(request)}”`]),
    ...(sender === undefined ? [] : [sender === 'known' ? html`the app and its people` : html`an unknown sender`]),
  ];
  const asked = parts.length > 0 ? listed(parts) : undefined;
  return adminLayout({
    frame: props.frame,
    title: subject ? `Failed requests of ${subject.name}` : 'Failed requests',
    tab: subject ? 'clients' : 'statistics',
    ...(subject ? { subject: clientHead(subject, 'Failed requests') } : { head: headOfAll }),
    content: html`${subject && html`<section class="title"><h2>Why did this fail?</h2><p>${lead('')}</p></section>`}<form class="filters" method="get" action="${path}/errors" role="search">
  ${textField({ name: 'request', label: 'Request id', type: 'search', value: request ?? '', small: true })}
  ${senderFilter(sender)}
  <button class="btn less">Find</button>
</form>
${rows.length > 0 ? html`${countLine({ links, noun: links.total === 1 ? 'failed request' : 'failed requests', asked, clear: `${path}/errors`, order: 'Newest first' })}${table(rows, subject === undefined)}${pager(links)}` : nothing(`${path}/errors`, request, asked !== undefined)}`,
  });
}

const lead = (whose: string): Html =>
  html`The last failed requests${whose}, kept 14 days: at most 200 of a client and its people, and 100 whose sender is unknown. Codes, tokens, secrets and states are never kept.`;
const headOfAll = html`<div><p class="crumb"><a href="/admin/statistics">← Statistics</a></p><h1>Why did this fail?</h1><p>${lead(' of all clients')}</p></div>`;

function table(rows: FailureRow[], ofAll: boolean): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">Failed requests, newest first</caption>
    <thead><tr><th scope="col">What was wrong, and the fix</th><th scope="col" class="mid">Request</th></tr></thead>
    <tbody>${rows.map((one) => row(one, ofAll))}</tbody>
  </table></div></div>`;
}

function row(failure: FailureRow, ofAll: boolean): Html {
  const { clientId } = failure;
  const who = ofAll && html`<a href="/admin/client/${encodeURIComponent(clientId)}/errors">${plain(clientId)}</a><br>`;
  return html`
      <tr><th scope="row">${who}<b>${prose(failure.wrong)}</b> <code>${plain(failure.error)}</code>${senderTag(failure.by)}<br><span class="mono">${moment(failure.at)}</span><br><span class="quiet">${prose(failure.fix)}</span>${fold(failure)}</th><td class="mid">${failure.endpoint}<br><span class="mono nb">${failure.requestId}</span></td></tr>`;
}

function fold(failure: FailureRow): Html {
  const { description, detail, parameters, requestId } = failure;
  return html`<details><summary>What was sent<span class="vh"> with ${requestId}</span></summary><div class="stack"><dl class="receipt"><dt>Endpoint</dt><dd><code>/oauth/${failure.endpoint}</code></dd><dt>Request id</dt><dd><code>${requestId}</code></dd>${senderFact(failure.by)}${description && html`<dt>Our answer</dt><dd>${plain(description)}</dd>`}${detail && html`<dt>Detail</dt><dd>${plain(detail)}</dd>`}${parameters.map(([key, value]) => html`<dt>${key}</dt><dd>${value === null ? html`<span class="quiet">sent, not shown</span>` : html`<code>${plain(value)}</code>`}</dd>`)}</dl></div></details>`;
}

function nothing(action: string, request: string | undefined, filtered: boolean): Html {
  if (request === undefined && filtered) {
    return empty({
      title: 'No failed request matches',
      why: 'No request of such a sender failed in the last 14 days.',
      way: { href: action, label: 'Show all' },
    });
  }
  if (request === undefined) {
    return empty({
      title: 'No request has failed',
      why: 'Nothing of the last 14 days. A failure shows here within a few seconds, with what to fix.',
      way: { href: action, label: 'Look again' },
    });
  }
  return empty({
    title: html`No failed request has the id “${name(request)}”`,
    why: 'The id stands on the error page and in X-Request-Id. Requests are kept 14 days, and only so many of a client and of each sender; requests of clients that are not registered are not kept.',
    way: { href: action, label: 'Show all' },
  });
}
