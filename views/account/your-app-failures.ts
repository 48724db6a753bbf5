import { html } from 'hono/html';
import { textField } from '../admin/fields.ts';
import { pager } from '../admin/pager.ts';
import { type FailedBy, type Sender, senderFact, senderFilter, senderTag } from '../failed-by.ts';
import { type Html, name, plain, prose } from '../text.ts';
import { moment } from '../time.ts';
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
<form class="filters" method="get" action="${head.path}/failed" role="search">
  ${textField({ name: 'request', label: 'Request id', type: 'search', value: request ?? '', small: true })}
  ${senderFilter(sender)}
  <button class="btn less">Find</button>
</form>
${failures.length > 0 ? html`${table(head, failures)}${pager(links)}` : nothing(head, request, sender)}`,
  });
}

function table(head: AppHead, failures: Failure[]): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">Failed requests, newest first</caption>
    <thead><tr><th scope="col">What was wrong, and the fix</th><th scope="col" class="mid">Request</th></tr></thead>
    <tbody>${failures.map((failure) => row(head, failure))}</tbody>
  </table></div></div>`;
}

function row(head: AppHead, failure: Failure): Html {
  const { request_id: id } = failure;
  return html`
      <tr><th scope="row"><b>${prose(failure.wrong)}</b> <code>${plain(failure.error)}</code>${senderTag(failure.by)}<br><span class="mono">${moment(failure.at)}</span><br><span class="quiet">${prose(failure.fix)}${addAddress(head, failure)}</span>${sent(failure)}</th><td class="mid">${failure.endpoint}<br><span class="mono nb">${id}</span></td></tr>`;
}

function sent({ endpoint, request_id: id, description, by, parameters }: Failure): Html {
  const rows = Object.entries(parameters).map(
    ([key, value]) =>
      html`<dt>${plain(key)}</dt><dd>${value === null ? html`<span class="quiet">sent, not shown</span>` : html`<code>${plain(value)}</code>`}</dd>`,
  );
  return html`<details><summary>What was sent<span class="vh"> with ${id}</span></summary><div class="stack"><dl class="receipt"><dt>Endpoint</dt><dd><code>/oauth/${endpoint}</code></dd><dt>Request id</dt><dd><code>${id}</code></dd>${senderFact(by)}${description && html`<dt>Our answer</dt><dd>${plain(description)}</dd>`}${rows}</dl></div></details>`;
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
