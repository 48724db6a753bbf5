import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { type Html, name } from '../../text.ts';
import { day } from '../../time.ts';
import { type Problems, reasonField } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { type FieldValue, fieldRows } from './field-rows.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';
import { type Change, changeRow } from './review.ts';
import { reviewedAgain } from './reviewed.ts';
import { scopeWords } from './scope-words.ts';

const words = () => m().adminClientActs.review;

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
  problems: Problems;
  typed: Readonly<Record<string, string>>;
};

/** What the client says about itself, what is missing, its history, and the decisions that are possible now. */
export function clientReviewPage(props: ReviewProps): string {
  const { frame, subject, events } = props;
  return adminLayout({
    frame,
    title: words().title(subject.name),
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    subject: clientHead(subject, 'review'),
    content: html`${props.notes}<div class="panel">
  ${props.changedSince.length > 0 && changes(props.changedSince)}
  ${says(props)}
  <section class="setting" aria-labelledby="self"><header><h2 id="self">${words().there}</h2><p>${words().thereLead}</p></header><ul class="checks">${props.facts.map(fact)}</ul></section>
  <section class="setting" aria-labelledby="ver"><header><h2 id="ver">${words().decide}</h2><p>${words().decideLead}</p></header>
    <div class="stack"><p class="small quiet">${explained(subject, props.covered)}</p>${subject.state !== 'suspended' && decisions(props)}</div></section>
  ${events.length > 0 && html`<section class="setting" aria-labelledby="so-far"><header><h2 id="so-far">${words().soFar}</h2></header><ul class="lines">${events.map(lifecycleLine)}</ul></section>`}
</div>`,
  });
}

/** The changes that a reviewer looks at again. */
const changes = (changed: Change[]): Html => html`<div class="table"><table class="compare">
        <caption class="vh">${words().caption}</caption>
        <thead><tr><th scope="col">${words().changedSince}</th><th scope="col">${words().checked}</th><th scope="col">${words().now}</th></tr></thead>
        <tbody>${changed.map(changeRow)}</tbody>
      </table></div>`;

function says({ says: claims, scopes }: ReviewProps): Html {
  const rows = [...fieldRows(claims), [words().asksFor, scopeWords(scopes)] as const];
  return html`<section class="setting" aria-labelledby="says"><header><h2 id="says">${words().says}</h2></header><dl class="receipt">${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl></section>`;
}

const fact = ({ what, there }: ReviewFact): Html =>
  there
    ? html`<li>${icons.coloured('ok', icons.tick)}<div>${what}</div></li>`
    : html`<li>${icons.coloured('hm', icons.warning)}<div>${words().missing(what)}</div></li>`;

/** A verification is about the registration, whatever kind of client it is. */
function explained({ state, app, type }: ClientSubject, covered: readonly string[]): string {
  if (state === 'verified') return words().explainVerified(reviewedAgain(covered));
  if (state === 'suspended') return words().explain.suspended;
  if (app.standing === 'own') return words().explainOwn;
  return type === 'service' ? words().explainService : words().explain[state];
}

function decisions({ frame: { csrf }, subject, version, problems, typed }: ReviewProps): Html {
  const path = clientPath(subject.clientId);
  const act = (action: string, button: string, hint: string, kind = '') =>
    form({
      csrf,
      action: `${path}/${action}`,
      kind: 'narrow',
      content: html`${hidden('as_of', version)}${reasonField({ name: `reason_${action}`, label: words().reasonFor(button), hint, value: typed[`reason_${action}`] ?? '', problem: problems[`reason_${action}`] })}
      <p class="field"><button class="btn less${kind}">${button}</button></p>`,
    });
  const verify = act('verify', words().verify, words().verifyHint);
  const sendBack = act('send-back', words().sendBack, words().sendBackHint, ' danger');
  if (subject.state === 'verified') return sendBack;
  if (subject.state === 'in_review') return html`${verify}${sendBack}`;
  const submit = html`<button class="btn less">${words().submit}</button>`;
  return html`${form({ csrf, action: `${path}/submit`, content: submit })}${verify}`;
}

export function lifecycleLine({ what, by, at, reason }: LifecycleEvent): Html {
  return html`<li><div><p>${words().done(words().steps[what], name(by))}</p>${reason && html`<p>${name(reason)}</p>`}</div>${day(at)}</li>`;
}
