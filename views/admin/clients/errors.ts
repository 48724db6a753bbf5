import { html } from 'hono/html';
import type { FailedBy, Sender } from '../../failed-by.ts';
import { failureRow, failureSearch, failureTable } from '../../failed-requests.ts';
import { m } from '../../messages/index.ts';
import { type Html, listed, name, plain } from '../../text.ts';
import { empty } from '../empty.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

const words = () => m().adminClientActs.errors;

export type FailureRow = {
  id: string;
  at: Date;
  requestId: string;
  /** Undefined if the request was of no client that there is. */
  clientId: string | undefined;
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
    ...(request === undefined ? [] : [words().requestId(name(request))]),
    ...(sender === undefined ? [] : [html`${sender === 'known' ? words().ofKnown : words().ofUnknown}`]),
  ];
  const asked = parts.length > 0 ? listed(parts) : undefined;
  return adminLayout({
    frame: props.frame,
    title: subject ? words().titleOf(subject.name) : words().title,
    tab: subject ? 'clients' : 'statistics',
    ...(subject ? { subject: clientHead(subject, 'failed') } : { head: headOfAll() }),
    content: html`${subject && html`<section class="title"><h2>${words().heading}</h2><p>${words().lead}</p></section>`}${failureSearch(`${path}/errors`, { request, sender })}
${rows.length > 0 ? html`${countLine({ links, noun: words().noun(links.total), asked, clear: `${path}/errors`, order: words().newest })}${failureTable(rows.map((one) => row(one, subject === undefined)))}${pager(links)}` : nothing(`${path}/errors`, request, asked !== undefined)}`,
  });
}

const headOfAll = () =>
  html`<div><p class="crumb"><a href="/admin/statistics">${words().statistics}</a></p><h1>${words().heading}</h1><p>${words().leadOfAll}</p></div>`;

function row(failure: FailureRow, ofAll: boolean): Html {
  const { clientId } = failure;
  const of =
    clientId === undefined
      ? html`<span class="quiet">${words().noClient}</span>`
      : html`<a href="/admin/client/${encodeURIComponent(clientId)}/errors">${plain(clientId)}</a>`;
  const who = ofAll && html`${of}<br>`;
  return failureRow(failure, { who });
}

function nothing(action: string, request: string | undefined, filtered: boolean): Html {
  if (request === undefined && filtered) {
    return empty({
      title: words().noMatch,
      why: words().noMatchWhy,
      way: { href: action, label: words().showAll },
    });
  }
  if (request === undefined) {
    return empty({
      title: words().none,
      why: words().noneWhy,
      way: { href: action, label: words().again },
    });
  }
  return empty({
    title: words().noId(name(request)),
    why: words().noIdWhy,
    way: { href: action, label: words().showAll },
  });
}
