import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { type Html, name } from '../../text.ts';
import { day } from '../../time.ts';
import { reasonField } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { type FieldValue, fieldRows } from './field-rows.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';
import { type Change, changeRow } from './review.ts';
import { reviewedAgain } from './reviewed.ts';
import { scopeWords } from './scope-words.ts';
import type { ClientState } from './states.ts';

/** One step in the life of a client: what happened, by whom, when and why. */
export type LifecycleEvent = { what: LifecycleStep; by: string; at: Date; reason?: string };

export type LifecycleStep = 'submitted' | 'verified' | 'reopened' | 'sent_back' | 'suspended' | 'resumed';

/** A fact that a reviewer looks for, and whether it is there. */
type ReviewFact = { what: string; there: boolean };

export type ReviewProps = {
  frame: AdminFrame;
  subject: ClientSubject;
  /** Posted as `as_of`: a decision holds only for the version that the reviewer saw. */
  version: string;
  /** The values that people read, and the addresses to which it sends them. */
  says: readonly FieldValue[];
  scopes: { required: string[]; optional: string[] };
  /** What a verification covers, worded for a sentence. */
  covered: readonly string[];
  facts: ReviewFact[];
  /** The fields that changed since it was verified, with the value that was checked and the value now. */
  changedSince: Change[];
  /** The newest first. */
  events: LifecycleEvent[];
  /** Warnings. */
  notes: Html[];
  problems: Readonly<Record<string, string>>;
  typed: Readonly<Record<string, string>>;
};

/** What the client says about itself, what is missing, its history, and the decisions that are possible now. */
export function clientReviewPage(props: ReviewProps): string {
  const { frame, subject, events } = props;
  return adminLayout({
    frame,
    title: `Review of ${subject.name}`,
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    subject: clientHead(subject, 'Review'),
    content: html`${props.notes}<div class="panel">
  ${props.changedSince.length > 0 && changes(props.changedSince)}
  ${says(props)}
  <section class="setting" aria-labelledby="self"><header><h2 id="self">What is there</h2><p>What a reviewer looks for.</p></header><ul class="checks">${props.facts.map(fact)}</ul></section>
  <section class="setting" aria-labelledby="ver"><header><h2 id="ver">Decide</h2><p>Verified means who runs it and that its address is theirs, not that it is good.</p></header>
    <div class="stack"><p class="small quiet">${explanations[subject.state](props.covered)}</p>${subject.state !== 'suspended' && decisions(props)}</div></section>
  ${events.length > 0 && html`<section class="setting" aria-labelledby="so-far"><header><h2 id="so-far">So far</h2></header><ul class="lines">${events.map(lifecycleLine)}</ul></section>`}
</div>`,
  });
}

/** The changes that a reviewer looks at again. */
const changes = (changed: Change[]): Html => html`<div class="table"><table class="compare">
        <caption class="vh">What changed since it was verified</caption>
        <thead><tr><th scope="col">Changed since</th><th scope="col">Checked</th><th scope="col">Now</th></tr></thead>
        <tbody>${changed.map(changeRow)}</tbody>
      </table></div>`;

function says({ says: claims, scopes }: ReviewProps): Html {
  const rows = [...fieldRows(claims), ['Asks for', scopeWords(scopes)] as const];
  return html`<section class="setting" aria-labelledby="says"><header><h2 id="says">What it says</h2></header><dl class="receipt">${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl></section>`;
}

const fact = ({ what, there }: ReviewFact): Html =>
  there
    ? html`<li>${icons.coloured('ok', icons.tick)}<div>${what}</div></li>`
    : html`<li>${icons.coloured('hm', icons.warning)}<div>${what}: <b>nothing entered</b></div></li>`;

const explanations: Readonly<Record<ClientState, (covered: readonly string[]) => string>> = {
  draft: () => 'A draft works, and people are told that nobody has checked it.',
  in_review: () => 'It works meanwhile, and people are told that it has not been checked yet.',
  verified: (covered) =>
    `A change of its ${reviewedAgain(covered)} puts it back in review. Other changes are shown here and leave it verified; verify it once more when you have looked at them.`,
  suspended: () =>
    'Nothing can be decided while it is suspended. When the suspension is lifted it is again what it was before.',
};

function decisions({ frame: { csrf }, subject, version, problems, typed }: ReviewProps): Html {
  const path = clientPath(subject.clientId);
  const act = (action: string, button: string, hint: string, kind = '') =>
    form({
      csrf,
      action: `${path}/${action}`,
      kind: 'narrow',
      content: html`${hidden('as_of', version)}${reasonField({ name: `reason_${action}`, label: `${button}: reason, for the record`, hint, value: typed[`reason_${action}`] ?? '', problem: problems[`reason_${action}`] })}
      <p class="field"><button class="btn less${kind}">${button}</button></p>`,
    });
  const verify = act('verify', 'Verify', 'What you checked: who runs it, and that the address is theirs.');
  const sendBack = act('send-back', 'Send back to draft', 'What is missing, or does not count any more.', ' danger');
  if (subject.state === 'verified') return sendBack;
  if (subject.state === 'in_review') return html`${verify}${sendBack}`;
  const submit = html`<button class="btn less">Submit for review</button>`;
  return html`${form({ csrf, action: `${path}/submit`, content: submit })}${verify}`;
}

const labels: Readonly<Record<LifecycleStep, string>> = {
  submitted: 'Put in review',
  verified: 'Verified',
  reopened: 'Put back in review',
  sent_back: 'Sent back to draft',
  suspended: 'Suspended',
  resumed: 'Suspension lifted',
};

export function lifecycleLine({ what, by, at, reason }: LifecycleEvent): Html {
  return html`<li><div><p><b>${labels[what]}</b> by ${name(by)}</p>${reason && html`<p>${name(reason)}</p>`}</div>${day(at)}</li>`;
}
