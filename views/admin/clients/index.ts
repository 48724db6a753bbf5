import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { note } from '../../note.ts';
import { type Html, name } from '../../text.ts';
import { type Tile, tiles } from '../../tiles.ts';
import { day } from '../../time.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { type FieldValue, fieldRows } from './field-rows.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';
import { type LifecycleEvent, lifecycleLine } from './review-section.ts';
import { scopeWords } from './scope-words.ts';

export type ClientDetail = {
  gatewayOf?: string;
  authMethod: string;
  ownerAccount?: { id: string; email: string };
  /** What it says of itself, and where it sends people. */
  says: readonly FieldValue[];
  grantTypes: string[];
  /** Without the optional scopes. */
  required: string[];
  optional: string[];
  /** The scopes of a request that names none. */
  byDefault: string[];
  firstParty: boolean;
  created: Date;
  history: LifecycleEvent[];
  /** Maximum number of people while it is unverified. */
  limit?: number;
  hasLogo: boolean;
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
    subject: clientHead(subject, 'Overview'),
    content: html`${props.notes}${tiles({ label: 'The last 30 days', tiles: props.tiles })}
<p class="small quiet field"><a href="${clientPath(subject.clientId)}/insight">All figures by day</a></p>
<div class="panel">
  ${registration(subject, client)}
  <section class="setting" aria-labelledby="may"><header><h2 id="may">May ask for</h2><p>A request for more is refused.</p></header><div>${scopeWords(client)}${client.byDefault.length > 0 && html`<p class="small quiet field">Asked for by a request that names none: ${codes(client.byDefault)}</p>`}</div></section>
  <section class="setting" aria-labelledby="last"><header><h2 id="last">Lately</h2></header>${client.history.length > 0 ? html`<ul class="lines">${client.history.map(lifecycleLine)}</ul>` : html`<p class="quiet">Nothing was decided about it yet.</p>`}</section>
</div>`,
  });
}

/** Says that nothing was done because somebody else changed something first. */
export const overtakenNote = (what: string, todo: string): Html =>
  note({ kind: 'warn', icon: icons.warning, what, todo, role: 'alert' });

function registration(subject: ClientSubject, client: ClientDetail): Html {
  const logoWay = html`<a href="${clientPath(subject.clientId)}/logo">${client.hasLogo ? 'Change or remove it' : 'Upload one'}</a>`;
  const rows: [string, Html | string | undefined][] = [
    ['Client id', html`<code>${subject.clientId}</code>`],
    ['Proves itself', proof(client.authMethod)],
    ['Asks people', client.firstParty ? 'never: it is VibeCaaS’s own' : undefined],
    ['Gateway of', client.gatewayOf && html`<code>${client.gatewayOf}</code>`],
    ['Developer', client.ownerAccount && ownerLink(client.ownerAccount)],
    ...fieldRows(client.says),
    ['Logo', logoWay],
    ['Grant types', codes(client.grantTypes)],
    ['People', limitOf(subject, client)],
    ['Registered', day(client.created)],
  ];
  const shown = rows.filter(([, value]) => value);
  return html`<section class="setting" aria-labelledby="reg"><header><h2 id="reg">Registration</h2></header>
    <dl class="receipt">${shown.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl></section>`;
}

const proofs: Readonly<Record<string, string>> = {
  none: 'without a secret, by PKCE alone',
  client_secret_basic: 'by a secret, sent by Basic',
  client_secret_post: 'by a secret, in the body',
  private_key_jwt: 'by a key of its own (private_key_jwt)',
};

const proof = (method: string): string => proofs[method] ?? method;

const limitOf = ({ people }: ClientSubject, { limit }: ClientDetail): string | undefined =>
  limit === undefined || people === undefined
    ? undefined
    : `${people} of ${limit.toLocaleString('en')}, until it is verified`;

const ownerLink = ({ id, email }: { id: string; email: string }): Html =>
  html`<a href="/admin/account/${id}">${name(email)}</a>`;

const codes = (words: string[]): Html => html`${words.map((word, i) => html`${i > 0 && ' '}<code>${word}</code>`)}`;
