/** The parts that the pages of failed requests share: the search form, the table, and its rows. */
import { html } from 'hono/html';
import { textField } from './admin/fields.ts';
import { type FailedBy, type Sender, senderFact, senderFilter, senderTag } from './failed-by.ts';
import { type Html, plain, prose } from './text.ts';
import { moment } from './time.ts';

export const failureSearch = (
  action: string,
  { request, sender }: { request?: string | undefined; sender?: Sender | undefined },
) =>
  html`<form class="filters" method="get" action="${action}" role="search">
  ${textField({ name: 'request', label: 'Request id', type: 'search', value: request ?? '', small: true })}
  ${senderFilter(sender)}
  <button class="btn less">Find</button>
</form>`;

export const failureTable = (rows: Html[]) =>
  html`<div class="panel"><div class="table"><table>
    <caption class="vh">Failed requests, newest first</caption>
    <thead><tr><th scope="col">What was wrong, and the fix</th><th scope="col" class="mid">Request</th></tr></thead>
    <tbody>${rows}</tbody>
  </table></div></div>`;

type FailedRequest = {
  requestId: string;
  at: Date;
  endpoint: string;
  error: string;
  /** Text between backticks is shown as code. */
  wrong: string;
  fix: string;
  by: FailedBy;
  description?: string | null | undefined;
  detail?: string | undefined;
  /** The value is null if it must not be shown. */
  parameters: readonly (readonly [name: string, value: string | null])[];
};

/** `who` comes before the reason, and `more` after the fix. */
export function failureRow(failure: FailedRequest, { who, more }: { who?: Html | false; more?: Html | false }): Html {
  const { requestId, at, endpoint, error, wrong, fix, by } = failure;
  return html`
      <tr><th scope="row">${who}<b>${prose(wrong)}</b> <code>${plain(error)}</code>${senderTag(by)}<br><span class="mono">${moment(at)}</span><br><span class="quiet">${prose(fix)}${more}</span>${whatWasSent(failure)}</th><td class="mid">${endpoint}<br><span class="mono nb">${requestId}</span></td></tr>`;
}

function whatWasSent({ endpoint, requestId, by, description, detail, parameters }: FailedRequest): Html {
  const rows = parameters.map(
    ([name, value]) =>
      html`<dt>${plain(name)}</dt><dd>${value === null ? html`<span class="quiet">sent, not shown</span>` : html`<code>${plain(value)}</code>`}</dd>`,
  );
  return html`<details><summary>What was sent<span class="vh"> with ${requestId}</span></summary><div class="stack"><dl class="receipt"><dt>Endpoint</dt><dd><code>/oauth/${endpoint}</code></dd><dt>Request id</dt><dd><code>${requestId}</code></dd>${senderFact(by)}${description && html`<dt>Our answer</dt><dd>${plain(description)}</dd>`}${detail && html`<dt>Detail</dt><dd>${plain(detail)}</dd>`}${rows}</dl></div></details>`;
}
