import { html } from 'hono/html';
import { pager } from '../admin/pager.ts';
import type { FailedBy, Sender } from '../failed-by.ts';
import { failureRow, failureSearch, failureTable } from '../failed-requests.ts';
import { m } from '../messages/index.ts';
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
    title: m().yourApps.tabs.failed,
    tab: '/failed',
    content: html`<section class="title"><h2>${m().yourApps.overview.why}</h2><p>${m().yourApps.failed.lead}</p></section>
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
  const words = m().yourApps.failed;
  if (request === undefined && sender !== undefined) {
    return html`<div class="panel"><div class="empty"><h2>${words.noMatch}</h2><p>${words.noMatchText}</p><a class="btn" href="${path}/failed">${words.showAll}</a></div></div>`;
  }
  if (request === undefined) {
    return html`<div class="panel"><div class="empty"><h2>${words.none}</h2><p>${words.noneText}</p><a class="btn" href="${path}/failed">${words.lookAgain}</a></div></div>`;
  }
  return html`<div class="panel"><div class="empty"><h2>${words.noId(name(request))}</h2><p>${words.noIdText(html`<code>X-Request-Id</code>`)}</p><a class="btn" href="${path}/failed">${words.showAll}</a></div></div>`;
}
