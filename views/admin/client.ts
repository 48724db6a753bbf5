import { html } from 'hono/html';
import { ownLogo } from '../app-identity.ts';
import { address } from '../host.ts';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import { type Html, name, plain } from '../text.ts';
import { day } from '../time.ts';
import { clientNav, clientPath } from './client-head.ts';
import type { Change } from './client-review.ts';
import { type LifecycleEvent, reviewSection } from './client-review-section.ts';
import { type ClientSecret, secretsSection } from './client-secrets.ts';
import { type ClientState, type ClientType, stateTag, typeLabels } from './client-states.ts';
import { stopPanel } from './client-stop.ts';
import { type AdminFrame, adminLayout } from './layout.ts';

export type ClientDetail = {
  clientId: string;
  name: string;
  state: ClientState;
  /** What a decision is about: it changes with the client. */
  version: string;
  type: ClientType;
  gatewayOf?: string;
  authMethod: string;
  logo?: string;
  description?: string;
  owner?: string;
  ownerAccount?: { id: string; email: string };
  contacts: string[];
  homepage?: string;
  policy?: string;
  terms?: string;
  redirectUris: string[];
  grantTypes: string[];
  /** Without the optional ones. */
  required: string[];
  optional: string[];
  /** Asked for by a request that names none. */
  byDefault: string[];
  firstParty: boolean;
  created: Date;
  people: string;
  history: LifecycleEvent[];
  /** What a reviewer looks for and nobody has entered. */
  missing: string[];
  /** Of one that was verified: what is different now from what was checked. */
  changedSince: Change[];
  /** How many people it may have while nobody has verified it. */
  limit?: number;
  /** Undefined where the client has none by its kind. */
  secrets?: ClientSecret[];
};

/** One client, what it is and what can be done to it. `secret` is shown on this page and never again. */
export function clientPage(props: {
  frame: AdminFrame;
  client: ClientDetail;
  /** Warnings. */
  notes: Html[];
  secret?: string;
  /** Field → what was wrong with the form that was sent. */
  problems: Readonly<Record<string, string>>;
  /** Field → what was typed in that form. */
  typed: Readonly<Record<string, string>>;
  now: Date;
}): string {
  const { frame, client, problems, typed, now } = props;
  const path = clientPath(client.clientId);
  return adminLayout({
    frame,
    title: client.name,
    tab: 'clients',
    head: html`<div><div class="app lone">${ownLogo(client)}<div><h1>${name(client.name)}</h1></div>${stateTag(client.state)}</div></div>
  <p class="row"><a class="btn" href="${path}/edit">Edit</a></p>${clientNav(client.clientId, 'Overview')}`,
    content: html`${props.secret && secretNote(props.secret)}${props.notes}
<div class="panel">
  ${registration(client)}
  ${reviewSection({ csrf: frame.csrf, path, state: client.state, version: client.version, events: client.history, missing: client.missing, changedSince: client.changedSince, problems, typed })}
  ${client.secrets && secretsSection({ csrf: frame.csrf, path, secrets: client.secrets, fresh: props.secret !== undefined, now })}
  <section class="setting" aria-labelledby="record"><h2 id="record">On record</h2><p><a href="/admin/audit?target=${encodeURIComponent(`client:${client.clientId}`)}">Everything that was done to it</a></p></section>
</div>
${stopPanel({ csrf: frame.csrf, path, name: client.name, disabled: client.state === 'suspended', people: client.people, problems, typed })}`,
  });
}

function secretNote(secret: string): Html {
  return html`<div class="note good" role="status">${icons.tick}<div class="stack"><p><b>The new secret. It is shown only this once.</b> Copy it now; only its hash is kept.</p><p class="block mono" id="secret">${secret}</p></div></div>`;
}

/** Nothing was done, because somebody did something else first. */
export const overtakenNote = (what: string, todo: string): Html =>
  note({ kind: 'warn', icon: icons.warning, what, todo, role: 'alert' });

function registration(client: ClientDetail): Html {
  const rows: [string, Html | string | undefined][] = [
    ['Client id', html`<code>${client.clientId}</code>`],
    [
      'Type',
      html`${typeLabels[client.type]}, ${proof(client.authMethod)}${client.firstParty && ', VibeCaaS’s own: nobody is asked'}`,
    ],
    ['Gateway of', client.gatewayOf && html`<code>${client.gatewayOf}</code>`],
    ['What it is for', client.description && name(client.description)],
    ['Run by', runBy(client)],
    ['Owner', client.ownerAccount && ownerLink(client.ownerAccount)],
    ['Homepage', client.homepage && address(client.homepage)],
    ['Privacy policy', client.policy && address(client.policy)],
    ['Terms', client.terms && address(client.terms)],
    ['Redirect URIs', client.redirectUris.length > 0 ? broken(client.redirectUris.map(address)) : undefined],
    ['Grant types', codes(client.grantTypes)],
    ['May ask for', scopes(client)],
    ['When it names none', client.byDefault.length > 0 ? codes(client.byDefault) : undefined],
    ['People', client.type === 'service' ? undefined : peopleOf(client)],
    ['Registered', day(client.created)],
  ];
  const shown = rows.filter(([, value]) => value);
  return html`<section class="setting" aria-labelledby="reg"><h2 id="reg">Registration</h2>
    <dl class="receipt">${shown.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl></section>`;
}

const proof = (method: string): Html =>
  method === 'none' ? html`without a secret` : html`signs in with <code>${method}</code>`;

const peopleOf = ({ people, limit }: ClientDetail): string =>
  limit === undefined ? people : `${people} of ${limit.toLocaleString('en')}, until it is verified`;

const ownerLink = ({ id, email }: { id: string; email: string }): Html =>
  html`<a href="/admin/account/${id}">${name(email)}</a>`;

function runBy({ owner, contacts }: ClientDetail): Html | undefined {
  const mails = contacts.map((contact) => html`<span class="mono">${plain(contact)}</span>`);
  const parts = [...(owner ? [name(owner)] : []), ...mails];
  return parts.length > 0 ? html`${parts.map((part, i) => html`${i > 0 && ', '}${part}`)}` : undefined;
}

function scopes({ required, optional }: ClientDetail): Html {
  if (required.length + optional.length === 0) return html`who a person is, no more`;
  const join = required.length > 0 && '; ';
  return html`${codes(required)}${optional.length > 0 && html`${join}optional ${codes(optional)}`}`;
}

const codes = (words: string[]): Html => html`${words.map((word, i) => html`${i > 0 && ' '}<code>${word}</code>`)}`;
const broken = (lines: Html[]): Html => html`${lines.map((line, i) => html`${i > 0 && html`<br>`}${line}`)}`;
