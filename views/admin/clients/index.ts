import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { note } from '../../note.ts';
import { breakable, number as digits, type Html, name } from '../../text.ts';
import { type Tile, tiles } from '../../tiles.ts';
import { day } from '../../time.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { type DecisionDetail, decisionsSection } from './decisions.ts';
import { type DocumentDetail, documentSection } from './document.ts';
import { type FieldValue, fieldRows } from './field-rows.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';
import { type LifecycleEvent, lifecycleLine } from './review-section.ts';
import { type RuleInForce, ruleSection } from './rule-in-force.ts';
import { scopeWords } from './scope-words.ts';

const words = () => m().adminClients.overview;

export type ClientDetail = {
  gatewayOf?: string;
  authMethod: string;
  /** Whose tokens prove who it is. */
  workloads?: readonly { readonly issuer: string; readonly subject: string }[];
  ownerAccount?: { id: string; email: string };
  /** What it says of itself, and where it sends people. */
  says: readonly FieldValue[];
  grantTypes: string[];
  /** Without the optional scopes. */
  required: string[];
  optional: string[];
  /** The scopes of a request that names none. */
  byDefault: string[];
  /** When an app of VibeCaaS itself asks people; undefined for every other one. */
  ownAsks: 'never' | 'eachTime' | 'onDevices' | undefined;
  created: Date;
  history: LifecycleEvent[];
  /** Maximum number of people while it is unverified. */
  limit?: number;
  hasLogo: boolean;
  /** Set if the id of the client is the URL of its document. */
  document?: DocumentDetail;
  /** What holds for an app that nobody registered. */
  rule?: RuleInForce;
  /** What admins have decided, whatever it says of itself. */
  decisions: readonly DecisionDetail[];
};

/** One client: its activity and its registration. */
export function clientPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  client: ClientDetail;
  tiles: Tile[];
  /** Warnings. */
  notes: Html[];
}): string {
  const { frame, subject, client } = props;
  return adminLayout({
    frame,
    title: subject.name,
    tab: 'clients',
    subject: clientHead(subject, 'overview'),
    content: html`${props.notes}${tiles({ label: words().last30, tiles: props.tiles })}
<p class="small quiet field"><a href="${clientPath(subject.clientId)}/insight">${words().allByDay}</a></p>
<div class="panel">
  ${registration(subject, client)}
  ${client.rule && ruleSection(subject.clientId, client.rule)}
  ${client.document && documentSection(subject.clientId, client.document, frame.csrf)}
  ${client.decisions.length > 0 && decisionsSection(subject.clientId, client.decisions, frame.csrf)}
  <section class="setting" aria-labelledby="may"><header><h2 id="may">${words().may}</h2><p>${words().mayLead}</p></header><div>${scopeWords(client)}${client.byDefault.length > 0 && html`<p class="small quiet field">${words().byDefault(codes(client.byDefault))}</p>`}</div></section>
  <section class="setting" aria-labelledby="last"><header><h2 id="last">${words().lately}</h2></header>${client.history.length > 0 ? html`<ul class="lines">${client.history.map(lifecycleLine)}</ul>` : html`<p class="quiet">${words().nothingDecided}</p>`}</section>
</div>`,
  });
}

/** Says that nothing was done because somebody else changed something first. */
export const overtakenNote = (said: { what: string; todo: string }): Html =>
  note({ kind: 'warn', icon: icons.warning, ...said, role: 'alert' });

function registration(subject: ClientSubject, client: ClientDetail): Html {
  const logoWay = html`<a href="${clientPath(subject.clientId)}/logo">${client.hasLogo ? words().changeLogo : words().uploadLogo}</a>`;
  const rows: [string, Html | string | undefined][] = [
    [words().clientId, html`<code>${subject.clientId}</code>`],
    [words().proves, html`${proof(client.authMethod)}${workloadsOf(client)}`],
    [words().asks, client.ownAsks && words()[client.ownAsks]],
    [words().gatewayOf, client.gatewayOf && html`<code>${client.gatewayOf}</code>`],
    [words().developer, client.ownerAccount && ownerLink(client.ownerAccount)],
    ...fieldRows(client.says),
    [words().logo, logoWay],
    [words().grantTypes, codes(client.grantTypes)],
    [words().people, limitOf(subject, client)],
    [words().registered, day(client.created)],
  ];
  const shown = rows.filter(([, value]) => value);
  return html`<section class="setting" aria-labelledby="reg"><header><h2 id="reg">${words().registration}</h2></header>
    <dl class="receipt">${shown.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl></section>`;
}

const proof = (method: string): string => words().proofs[method as keyof ReturnType<typeof words>['proofs']] ?? method;

const workloadsOf = ({ workloads = [] }: ClientDetail): Html =>
  html`${workloads.map(({ issuer, subject }) => html`<br><code>${breakable(subject)}</code> <span class="small quiet">${breakable(issuer)}</span>`)}`;

const limitOf = ({ people }: ClientSubject, { limit }: ClientDetail): string | undefined =>
  limit === undefined || people === undefined ? undefined : words().limit(people, digits(limit));

const ownerLink = ({ id, email }: { id: string; email: string }): Html =>
  html`<a href="/admin/account/${id}">${name(email)}</a>`;

const codes = (words: string[]): Html => html`${words.map((word, i) => html`${i > 0 && ' '}<code>${word}</code>`)}`;
