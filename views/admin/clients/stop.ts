import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { type Html, name, plain } from '../../text.ts';
import { type Problems, reasonField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

const words = () => m().adminClientActs.stop;

export type ClientStopProps = {
  frame: AdminFrame;
  subject: ClientSubject;
  /** How many people have a token of it, and how many allow it something. */
  cost: { withTokens: number; allowing: number };
  problems: Problems;
  typed: Readonly<Record<string, string>>;
};

/** Suspends or deletes a client, in words that state the effect and its size. Deletion comes last. */
export function clientStopPage(props: ClientStopProps): string {
  const { frame, subject } = props;
  return adminLayout({
    frame,
    title: words().title(subject.name),
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    subject: clientHead(subject, 'stop'),
    content: html`<section class="panel" aria-labelledby="pause">${subject.state === 'suspended' ? resume(props) : suspend(props)}</section>
${remove(props)}`,
  });
}

function suspend({ frame, subject, cost, problems, typed }: ClientStopProps): Html {
  const tokens = subject.people === undefined ? words().ownTokens : said(cost).tokens;
  return html`<div class="setting"><header><h2 id="pause">${words().suspend}</h2><p>${tokens} ${subject.people !== undefined && words().stays}</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${clientPath(subject.clientId)}/disable`,
      kind: 'narrow',
      content: html`${reasonField({ value: typed.reason ?? '', problem: problems.reason })}<p class="field"><button class="btn danger"><span>${words().suspendApp(name(subject.name))}</span></button></p>`,
    })}</div>`;
}

function resume({ frame, subject }: ClientStopProps): Html {
  return html`<div class="setting"><header><h2 id="pause">${words().suspended}</h2><p>${words().suspendedLead}</p></header>
    ${form({ csrf: frame.csrf, action: `${clientPath(subject.clientId)}/enable`, content: html`<button class="btn">${words().lift}</button>` })}</div>`;
}

function remove({ frame, subject, cost, problems, typed }: ClientStopProps): Html {
  const { tokens, consents } = said(cost);
  const people = subject.people === undefined ? words().ownTokens : `${tokens} ${consents}`;
  return html`<section class="panel grave" aria-labelledby="danger">
  <div class="setting"><header><h2 id="danger">${words().delete}</h2><p>${people} ${words().deleteLead}</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${clientPath(subject.clientId)}/delete`,
      kind: 'narrow',
      content: html`${reasonField({ name: 'reason_delete', value: typed.reason_delete ?? '', problem: problems.reason_delete })}<p class="small field">${words().itsName(html`<code><bdi>${plain(subject.name)}</bdi></code>`)}</p>${textField({ name: 'confirm', label: words().confirm, value: typed.confirm ?? '', problem: problems.confirm, required: true })}<p class="field"><button class="btn danger">${words().deleteIt}</button></p>`,
    })}</div>
</section>`;
}

/** What stopping it costs people, in sentences: "Ends every token of 8,114 people at once." */
function said({ withTokens, allowing }: ClientStopProps['cost']): { tokens: string; consents: string } {
  const { people, tokens, noTokens, consents, noConsents } = words();
  return {
    tokens: withTokens === 0 ? noTokens : tokens(people(withTokens)),
    consents: allowing === 0 ? noConsents : consents(people(allowing)),
  };
}
