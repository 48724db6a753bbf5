/** The parts that the pages of failed requests share: the search form, the table, and its rows. */
import { html } from 'hono/html';
import { textField } from './admin/fields.ts';
import { type FailedBy, type Sender, senderFact, senderFilter, senderTag } from './failed-by.ts';
import { m } from './messages/index.ts';
import { type Html, inEnglish, plain, prose } from './text.ts';
import { moment } from './time.ts';

export const failureSearch = (
  action: string,
  { request, sender }: { request?: string | undefined; sender?: Sender | undefined },
) =>
  html`<form class="filters" method="get" action="${action}" role="search">
  ${textField({ name: 'request', label: m().errors.requestId, type: 'search', value: request ?? '', small: true })}
  ${senderFilter(sender)}
  <button class="btn less">${m().failures.find}</button>
</form>`;

export const failureTable = (rows: Html[]) =>
  html`<div class="panel"><div class="table"><table>
    <caption class="vh">${m().failures.caption}</caption>
    <thead><tr><th scope="col">${m().failures.wrongAndFix}</th><th scope="col" class="mid">${m().failures.request}</th></tr></thead>
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
      <tr><th scope="row">${who}<b${inEnglish()}>${prose(wrong)}</b> <code>${plain(error)}</code>${senderTag(by)}<br><span class="mono">${moment(at)}</span><br><span class="quiet"><span${inEnglish()}>${prose(fix)}</span>${more}</span>${whatWasSent(failure)}</th><td class="mid">${endpoint}<br><span class="mono nb">${requestId}</span></td></tr>`;
}

function whatWasSent({ endpoint, requestId, by, description, detail, parameters }: FailedRequest): Html {
  const rows = parameters.map(
    ([name, value]) =>
      html`<dt>${plain(name)}</dt><dd>${value === null ? html`<span class="quiet">${m().failures.notShown}</span>` : html`<code>${plain(value)}</code>`}</dd>`,
  );
  return html`<details><summary>${m().failures.whatWasSent}<span class="vh"> · ${requestId}</span></summary><div class="stack"><dl class="receipt"><dt>${m().failures.endpoint}</dt><dd><code>/oauth/${endpoint}</code></dd><dt>${m().errors.requestId}</dt><dd><code>${requestId}</code></dd>${senderFact(by)}${description && html`<dt>${m().failures.ourAnswer}</dt><dd${inEnglish()}>${plain(description)}</dd>`}${detail && html`<dt>${m().failures.detail}</dt><dd${inEnglish()}>${plain(detail)}</dd>`}${rows}</dl></div></details>`;
}
