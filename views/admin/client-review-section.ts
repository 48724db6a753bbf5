import { html } from 'hono/html';
import { type Html, listed, name } from '../text.ts';
import { day } from '../time.ts';
import { type Change, changeRow } from './client-review.ts';
import { reviewedAgain } from './client-reviewed.ts';
import type { ClientState } from './client-states.ts';
import { textField } from './fields.ts';
import { form, hidden } from './layout.ts';

/** One step in the life of a client: what it became, by whom, when and why. */
export type LifecycleEvent = { what: LifecycleStep; by: string; at: Date; reason?: string };

export type LifecycleStep = 'submitted' | 'verified' | 'reopened' | 'sent_back' | 'suspended' | 'resumed';

type Props = {
  csrf: string;
  path: string;
  state: ClientState;
  /** Sent along as `as_of`. */
  version: string;
  /** The newest first. */
  events: LifecycleEvent[];
  /** What a reviewer looks for and nobody has entered. */
  missing: string[];
  /** What changed since it was verified: name of the field, the value that was checked, the value now. */
  changedSince: Change[];
  problems: Readonly<Record<string, string>>;
  typed: Readonly<Record<string, string>>;
};

/** Where the client stands, how it came there, and what can be decided now. */
export function reviewSection(props: Props): Html {
  const { events } = props;
  return html`<section class="setting" aria-labelledby="ver"><header><h2 id="ver">Review</h2><p>Verified means who runs it and that its address is theirs, not that it is good.</p></header>
    <div class="stack">
      ${events.length > 0 && html`<ul class="lines">${events.map(line)}</ul>`}
      ${props.changedSince.length > 0 && changes(props.changedSince)}
      <p class="small quiet">${explanations[props.state](props)}</p>
      ${props.state !== 'suspended' && decisions(props)}
    </div></section>`;
}

const explanations: Readonly<Record<ClientState, (props: Props) => Html | string>> = {
  draft: (props) => html`A draft works, and people are told that nobody has checked it.${lacking(props)}`,
  in_review: (props) => html`It works meanwhile, and people are told that nobody has checked it.${lacking(props)}`,
  verified: () => `A change of its ${reviewedAgain} puts it back in review.`,
  suspended: () => 'When the suspension is lifted it is again what it was before.',
};

const lacking = ({ missing }: Props): Html | undefined =>
  missing.length === 0 ? undefined : html` A reviewer will miss ${listed(missing.map((one) => html`<b>${one}</b>`))}.`;

function decisions({ csrf, path, state, version, problems, typed }: Props): Html {
  const act = (action: string, button: string, hint: string) =>
    form({
      csrf,
      action: `${path}/${action}`,
      kind: 'narrow',
      content: html`${hidden('as_of', version)}${textField({ name: `reason_${action}`, label: `${button}: reason, for the record`, hint, value: typed[`reason_${action}`] ?? '', problem: problems[`reason_${action}`], required: true })}
      <p class="field"><button class="btn less">${button}</button></p>`,
    });
  const verify = act('verify', 'Verify', 'What you checked: who runs it, and that the address is theirs.');
  const sendBack = act('send-back', 'Send back to draft', 'What is missing, or does not count any more.');
  if (state === 'verified') return sendBack;
  if (state === 'in_review') return html`${verify}${sendBack}`;
  const submit = html`<button class="btn less">Submit for review</button>`;
  return html`${form({ csrf, action: `${path}/submit`, content: submit })}${verify}`;
}

/** What a reviewer looks at again. */
const changes = (changed: Change[]): Html => html`<div class="table"><table>
        <caption class="vh">What changed since it was verified</caption>
        <thead><tr><th scope="col">Changed since</th><th scope="col">Checked</th><th scope="col">Now</th></tr></thead>
        <tbody>${changed.map(changeRow)}</tbody>
      </table></div>`;

const labels: Readonly<Record<LifecycleStep, string>> = {
  submitted: 'Put in review',
  verified: 'Verified',
  reopened: 'Put back in review',
  sent_back: 'Sent back to draft',
  suspended: 'Suspended',
  resumed: 'Suspension lifted',
};

function line({ what, by, at, reason }: LifecycleEvent): Html {
  return html`<li><div><p><b>${labels[what]}</b> by ${name(by)}</p>${reason && html`<p>${name(reason)}</p>`}</div>${day(at)}</li>`;
}
