import { html } from 'hono/html';
import { pager } from '../admin/pager.ts';
import type { FailedBy, Sender } from '../failed-by.ts';
import { failureRow, failureSearch, failureTable } from '../failed-requests.ts';
import { type Html, name } from '../text.ts';
import { type AppHead, addAddress, type OwnFrame, ownLayout } from './your-app.ts';

export type Failure = {
  id: string;
  at: Date;
  request_id: string;
  endpoint: string;
  error: string;
  description: string | null;
  /** What was wrong and what to fix, with `code` between backticks. */
  wrong: string;
  fix: string;
  by: FailedBy;
  /** Whether the owner sent it. */
  mine: boolean;
  parameters: Readonly<Record<string, string | null>>;
};

/** The failed requests of an app, newest first, so that its developer finds the mistake. */
export function yourAppFailuresPage(
  props: OwnFrame & {
    failures: Failure[];
    request?: string;
    sender?: Sender;
    page: number;
    pages: number;
    total: number;
    now: Date;
  },
): string {
  const { head, failures, request, sender, page, pages, total } = props;
  const to = (number: number) =>
    `?${new URLSearchParams({ ...(request && { request }), ...(sender && { by: sender }), ...(number > 1 && { page: String(number) }) })}`;
  const first = page < pages ? (page - 1) * failures.length + 1 : total - failures.length + 1;
  const links = {
    ...(page > 1 && { previous: to(page - 1) }),
    ...(page < pages && { next: to(page + 1) }),
    // At most 300 are kept, so every page gets a number.
    numbers: Array.from({ length: pages }, (_, index) => ({ page: index + 1, href: to(index + 1) })),
    number: page,
    from: first,
    to: first + failures.length - 1,
    total,
    more: false,
  };
  return ownLayout(props, {
    title: 'Failed requests',
    tab: '/failed',
    content: html`<section class="title"><h2>Why did this fail?</h2><p>The last failed requests, kept 14 days: at most 200 of the app and its people, and 100 whose sender is unknown. Codes, tokens, secrets and states are never kept.</p></section>
${failureSearch(`${head.path}/failed`, { request, sender })}
${failures.length > 0 ? html`${failureTable(failures.map((failure) => row(head, failure)))}${pager(links)}` : nothing(head, request, sender)}`,
  });
}

function row(head: AppHead, failure: Failure): Html {
  const { request_id: requestId, parameters, ...same } = failure;
  const shown = { ...same, requestId, parameters: Object.entries(parameters) };
  return failureRow(shown, { more: addAddress(head, failure) });
}

function nothing({ path }: AppHead, request: string | undefined, sender: Sender | undefined): Html {
  if (request === undefined && sender !== undefined) {
    return html`<div class="panel"><div class="empty"><h2>No failed request matches</h2><p>No request of such a sender failed in the last 14 days.</p><a class="btn" href="${path}/failed">Show all</a></div></div>`;
  }
  if (request === undefined) {
    return html`<div class="panel"><div class="empty"><h2>No request has failed</h2><p>Nothing in the last 14 days. A failure shows here within a few seconds, with what to fix.</p><a class="btn" href="${path}/failed">Look again</a></div></div>`;
  }
  return html`<div class="panel"><div class="empty"><h2>No failed request of this app has the id “${name(request)}”</h2><p>The id is on the error page and in the header <code>X-Request-Id</code>. Requests are kept 14 days, and only so many of an app and of each sender.</p><a class="btn" href="${path}/failed">Show all</a></div></div>`;
}
