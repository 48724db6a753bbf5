import { html } from 'hono/html';
import { m } from './messages/index.ts';
import type { Html } from './text.ts';
import { moment } from './time.ts';

/** What to quote when asking for help, in a fold: `rows` first, then the request id and the time. */
export function supportDetails(props: {
  summary: string;
  rows?: Html | undefined;
  requestId: string;
  time: Date;
}): Html {
  return html`<details>
      <summary>${props.summary}</summary>
      <div class="block stack">
        <dl class="receipt">
          ${props.rows}
          <dt>${m().errors.requestId}</dt><dd><code>${props.requestId}</code></dd>
          <dt>${m().errors.time}</dt><dd>${moment(props.time)}</dd>
        </dl>
      </div>
    </details>`;
}
