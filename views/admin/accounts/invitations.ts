import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { languages } from '../../messages/languages.ts';
import { note } from '../../note.ts';
import { type Html, name } from '../../text.ts';
import { day } from '../../time.ts';
import { empty } from '../empty.ts';
import { checkbox, type Problems, selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { adminReasonField, tierChoices } from './new.ts';

type State = 'waiting' | 'not_sent' | 'sent' | 'expired' | 'has_account' | 'accepted' | 'withdrawn';

export type InvitationRow = {
  id: string;
  address: string;
  admin: boolean;
  inviter: string;
  state: State;
  invited: Date;
  expires: Date;
  /** The account that was made by it. */
  accountId?: string;
  resend: boolean;
  withdraw: boolean;
};

const words = () => m().adminInvitations;

const tags: Partial<Readonly<Record<State, 'bad' | 'warn' | 'good'>>> = {
  not_sent: 'bad',
  expired: 'warn',
  has_account: 'warn',
  accepted: 'good',
};

/** Every invitation, the newest first, or those in one state. */
export function invitationsPage(props: {
  frame: AdminFrame;
  state?: State | undefined;
  rows: InvitationRow[];
  links: PagerLinks;
  /** This server lets nobody in by an invitation. */
  closed: boolean;
}): string {
  const { rows, links, state, closed } = props;
  const asked = state && html`${words().inState(words().states[state])}`;
  const count = countLine({
    links,
    noun: words().noun(links.total),
    asked,
    clear: '/admin/invitations',
    order: words().order,
  });
  return adminLayout({
    frame: props.frame,
    title: words().title,
    tab: 'accounts',
    head: html`<div><p class="crumb"><a href="/admin/accounts">${words().back}</a></p><h1>${words().title}</h1><p>${words().lead}</p></div>${!closed && html`<a class="btn solid" href="/admin/invitations/new">${words().invite}</a>`}`,
    content: html`${closed && closedNote()}${filter(state)}
${rows.length > 0 ? html`${count}${list(props.frame, rows, closed)}${pager(links)}` : nothing(state, closed)}`,
  });
}

const closedNote = (): Html =>
  note({
    kind: 'warn',
    icon: icons.warning,
    what: words().closed,
    todo: words().closedTodo,
  });

function filter(state: State | undefined): Html {
  const choices = Object.entries(words().states).map(([value, label]) => ({ value, label }));
  return html`<form class="filters" method="get" action="/admin/invitations">
  ${selectField({ name: 'state', label: words().state, choices: [{ value: '', label: words().any }, ...choices], small: true, ...(state && { value: state }) })}
  <button class="btn less">${words().apply}</button>
</form>`;
}

function list(frame: AdminFrame, rows: InvitationRow[], closed: boolean): Html {
  return html`<div class="panel"><div><ul class="lines" role="list">${rows.map((one) => line(frame, one, closed))}</ul></div></div>`;
}

function line({ csrf }: AdminFrame, one: InvitationRow, closed: boolean): Html {
  const called = one.accountId
    ? html`<a href="/admin/account/${one.accountId}">${name(one.address)}</a>`
    : name(one.address);
  const act = (verb: string, label: Html, kind = '') =>
    form({
      csrf,
      action: `/admin/invitations/${one.id}/${verb}`,
      content: html`<button class="btn less${kind}">${label}</button>`,
    });
  const why: Partial<Record<State, string>> = words().why;
  const more = one.state === 'sent' ? words().until(html`${day(one.expires)}`) : why[one.state];
  return html`
    <li><div><p class="row"><b>${called}</b>${one.admin && html`<span class="tag">${words().admin}</span>`}${stateTag(one.state)}</p><p>${words().by(html`${day(one.invited)}`, name(one.inviter))}${more && html` ${more}`}</p></div><div class="acts">${one.resend && !closed && act('resend', words().resend(name(one.address)))}${one.withdraw && act('withdraw', words().withdraw(name(one.address)), ' danger')}</div></li>`;
}

function stateTag(state: State): Html {
  const tag = tags[state];
  const icon = { bad: icons.wrong, warn: icons.warning, good: icons.tick };
  return html`<span class="tag${tag && ` ${tag}`}">${tag && icon[tag]}${words().states[state]}</span>`;
}

function nothing(state: State | undefined, closed: boolean): Html {
  if (state) {
    return empty({
      title: words().noMatch,
      why: html`${words().filtered(words().states[state])}`,
      way: { href: '/admin/invitations', label: words().clear },
    });
  }
  return empty({
    title: words().nobody,
    why: closed ? words().nobodyClosed : words().nobodyWhy,
    way: closed
      ? { href: '/admin/accounts/new', label: words().create }
      : { href: '/admin/invitations/new', label: words().invite },
  });
}

export type InvitationFormValues = {
  email: string;
  name: string;
  tier: string;
  language: string;
  admin: boolean;
  reason: string;
};

/** Invites an address. Posts `email`, `name`, `tier`, `language`, `admin` and `reason` to `/admin/invitations`. */
export function newInvitationPage(props: {
  frame: AdminFrame;
  values: InvitationFormValues;
  tiers: readonly string[];
  /** How long the link works. */
  days: number;
  problems: Problems;
}): string {
  const { values, problems } = props;
  const spoken = Object.entries(languages).map(([value, one]) => ({ value, label: one.name }));
  const fields = html`${textField({ name: 'email', label: words().form.email, type: 'email', value: values.email, problem: problems.email, required: true })}
${textField({ name: 'name', label: words().form.name, value: values.name, problem: problems.name, hint: words().form.nameHint })}
${selectField({ name: 'language', label: words().form.language, value: values.language, choices: spoken, problem: problems.language })}
${selectField({ name: 'tier', label: words().form.tier, value: values.tier, choices: tierChoices(props.tiers), problem: problems.tier })}
${checkbox({ name: 'admin', value: 'yes', label: words().admin, checked: values.admin, hint: words().form.adminHint })}
${adminReasonField({ value: values.reason, problem: problems.reason })}`;
  return adminLayout({
    frame: props.frame,
    title: words().invite,
    tab: 'accounts',
    refused: Object.keys(problems).length > 0,
    head: html`<div><p class="crumb"><a href="/admin/invitations">${words().form.back}</a></p><h1>${words().invite}</h1><p>${words().form.lead(props.days)}</p></div>`,
    content: form({
      csrf: props.frame.csrf,
      action: '/admin/invitations',
      content: html`<div class="panel"><section class="setting"><header><h2>${words().form.who}</h2></header><div>${fields}</div></section><div class="row"><button class="btn solid">${words().form.send}</button></div></div>`,
    }),
  });
}
