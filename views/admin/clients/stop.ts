import { html } from 'hono/html';
import { type Html, name, plain } from '../../text.ts';
import { reasonField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

export type ClientStopProps = {
  frame: AdminFrame;
  subject: ClientSubject;
  /** What stopping it costs people, in sentences: "Ends every token of 8,114 people at once." */
  cost: { tokens: string; consents: string };
  problems: Readonly<Record<string, string>>;
  typed: Readonly<Record<string, string>>;
};

/** Suspends or deletes a client, in words that state the effect and its size. Deletion comes last. */
export function clientStopPage(props: ClientStopProps): string {
  const { frame, subject } = props;
  return adminLayout({
    frame,
    title: `Stop ${subject.name}`,
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    subject: clientHead(subject, 'Stop'),
    content: html`<section class="panel" aria-labelledby="pause">${subject.state === 'suspended' ? resume(props) : suspend(props)}</section>
${remove(props)}`,
  });
}

function suspend({ frame, subject, cost, problems, typed }: ClientStopProps): Html {
  const tokens = subject.people === undefined ? 'Ends every token that it has got for itself, at once.' : cost.tokens;
  return html`<div class="setting"><header><h2 id="pause">Suspend</h2><p>${tokens} ${subject.people !== undefined && 'What people allowed stays, so that you can lift it.'}</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${clientPath(subject.clientId)}/disable`,
      kind: 'narrow',
      content: html`${reasonField({ value: typed.reason ?? '', problem: problems.reason })}<p class="field"><button class="btn danger"><span>Suspend ${name(subject.name)}</span></button></p>`,
    })}</div>`;
}

function resume({ frame, subject }: ClientStopProps): Html {
  return html`<div class="setting"><header><h2 id="pause">Suspended</h2><p>It can do nothing. Tokens from before stay ended when it works again.</p></header>
    ${form({ csrf: frame.csrf, action: `${clientPath(subject.clientId)}/enable`, content: html`<button class="btn">Lift the suspension</button>` })}</div>`;
}

function remove({ frame, subject, cost, problems, typed }: ClientStopProps): Html {
  const people =
    subject.people === undefined
      ? 'Ends every token that it has got for itself, at once.'
      : `${cost.tokens} ${cost.consents}`;
  return html`<section class="panel grave" aria-labelledby="danger">
  <div class="setting"><header><h2 id="danger">Delete</h2><p>${people} Its secrets, its webhook and its figures go too. This can’t be undone.</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${clientPath(subject.clientId)}/delete`,
      kind: 'narrow',
      content: html`${reasonField({ name: 'reason_delete', value: typed.reason_delete ?? '', problem: problems.reason_delete })}<p class="small field">Its name is <code><bdi>${plain(subject.name)}</bdi></code></p>${textField({ name: 'confirm', label: 'Type the name to confirm', value: typed.confirm ?? '', problem: problems.confirm, required: true })}<p class="field"><button class="btn danger">Delete for good</button></p>`,
    })}</div>
</section>`;
}
