import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { type Html, name, plain } from '../../text.ts';
import { type Problems, reasonField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';
import { overtakenNote } from './index.ts';
import { type RuleInForce, ruleSection } from './rule-in-force.ts';

const words = () => m().adminClientActs.stop;

export type ClientStopProps = {
  frame: AdminFrame;
  subject: ClientSubject;
  /** How many people have a token of it, and how many allow it something. */
  cost: { withTokens: number; allowing: number };
  /** What holds for an app that nobody registered. */
  rule?: RuleInForce | undefined;
  /** Somebody wanted to lift the suspension while a rule blocks the client. */
  notLifted?: boolean;
  /** What becomes of it if it is deleted. */
  after: 'gone' | 'returns' | 'blocked';
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
    refused: Object.keys(props.problems).length > 0 || props.notLifted === true,
    subject: clientHead(subject, 'stop'),
    content: html`${props.notLifted && overtakenNote({ what: blocked().notLifted, todo: blocked().suspendedToo })}<div class="panel">${props.rule && ruleSection(subject.clientId, props.rule)}${pause(props)}</div>
${remove(props)}`,
  });
}

const blocked = () => m().thirdParty.admin.blocked;

/** A client that a rule blocks is not suspended, and can be: the suspension stays when the rule ends. */
function pause(props: ClientStopProps): Html {
  const { state, blocked } = props.subject;
  return state === 'suspended' && !blocked ? resume(props) : suspend(props);
}

function suspend({ frame, subject, cost, problems, typed }: ClientStopProps): Html {
  const tokens = subject.people === undefined ? words().ownTokens : said(cost).tokens;
  return html`<section class="setting" aria-labelledby="pause"><header><h2 id="pause">${words().suspend}</h2><p>${tokens} ${subject.people !== undefined && words().stays}</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${clientPath(subject.clientId)}/disable`,
      kind: 'narrow',
      content: html`${reasonField({ value: typed.reason ?? '', problem: problems.reason })}<p class="field"><button class="btn danger"><span>${words().suspendApp(name(subject.name))}</span></button></p>`,
    })}</section>`;
}

/** A rule that blocks the client as well has to change first: lifting the suspension alone would change nothing. */
function resume({ frame, subject, rule }: ClientStopProps): Html {
  const lift = html`<button class="btn">${words().lift}</button>`;
  const isBlocked = rule?.policy === 'block' && 'decided' in rule;
  return html`<section class="setting" aria-labelledby="pause"><header><h2 id="pause">${words().suspended}</h2><p>${words().suspendedLead}</p></header>
    ${isBlocked ? html`<p>${blocked().suspendedToo}</p>` : form({ csrf: frame.csrf, action: `${clientPath(subject.clientId)}/enable`, content: lift })}</section>`;
}

function remove({ frame, subject, cost, after, problems, typed }: ClientStopProps): Html {
  const { tokens, consents } = said(cost);
  const people = subject.people === undefined ? words().ownTokens : `${tokens} ${consents}`;
  return html`<section class="panel grave" aria-labelledby="danger">
  <div class="setting"><header><h2 id="danger">${words().delete}</h2><p>${people} ${words().deleteLead} ${after !== 'gone' && words().after[after]}</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${clientPath(subject.clientId)}/delete`,
      kind: 'narrow',
      content: html`${reasonField({ name: 'reason_delete', value: typed.reason_delete ?? '', problem: problems.reason_delete })}<p class="small field">${words().itsName(html`<code><bdi>${plain(subject.name)}</bdi></code>`)}</p>${textField({ name: 'confirm', label: words().confirm, called: m().adminFrame.typed, value: typed.confirm ?? '', problem: problems.confirm, required: true })}<p class="field"><button class="btn danger">${words().deleteIt}</button></p>`,
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
