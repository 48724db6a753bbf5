import { html } from 'hono/html';
import type { FailedBy, Sender } from '../../failed-by.ts';
import { failureRow, failureSearch, failureTable } from '../../failed-requests.ts';
import { type Html, listed, name, plain } from '../../text.ts';
import { empty } from '../empty.ts';
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
    content: html`${subject && html`<section class="title"><h2>Why did this fail?</h2><p>${lead('')}</p></section>`}${failureSearch(`${path}/errors`, { request, sender })}
${rows.length > 0 ? html`${countLine({ links, noun: links.total === 1 ? 'failed request' : 'failed requests', asked, clear: `${path}/errors`, order: 'Newest first' })}${failureTable(rows.map((one) => row(one, subject === undefined)))}${pager(links)}` : nothing(`${path}/errors`, request, asked !== undefined)}`,
  });
}

const lead = (whose: string): Html =>
  html`The last failed requests${whose}, kept 14 days: at most 200 of a client and its people, and 100 whose sender is unknown. Codes, tokens, secrets and states are never kept.`;
const headOfAll = html`<div><p class="crumb"><a href="/admin/statistics">← Statistics</a></p><h1>Why did this fail?</h1><p>${lead(' of all clients')}</p></div>`;

function row(failure: FailureRow, ofAll: boolean): Html {
  const { clientId } = failure;
  const who = ofAll && html`<a href="/admin/client/${encodeURIComponent(clientId)}/errors">${plain(clientId)}</a><br>`;
  return failureRow(failure, { who });
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
