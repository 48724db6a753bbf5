import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { languages } from '../../messages/languages.ts';
import { note } from '../../note.ts';
import { type Html, name } from '../../text.ts';
import { day, plural } from '../../time.ts';
import { empty } from '../empty.ts';
import { checkbox, type Problems, selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { tierChoices } from './new.ts';

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

const states: Readonly<Record<State, { label: string; tag?: 'bad' | 'warn' | 'good'; why?: string }>> = {
  waiting: { label: 'Mail waits' },
  not_sent: { label: 'Not sent', tag: 'bad', why: 'The mail server did not take the mail for two days.' },
  sent: { label: 'Sent' },
  expired: { label: 'Expired', tag: 'warn', why: 'Nobody used the link in seven days.' },
  has_account: { label: 'Has an account', tag: 'warn', why: 'The address got an account in another way.' },
  accepted: { label: 'Accepted', tag: 'good' },
  withdrawn: { label: 'Withdrawn' },
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
  const asked = state && html`state ${states[state].label}`;
  const count = countLine({
    links,
    noun: links.total === 1 ? 'invitation' : 'invitations',
    asked,
    clear: '/admin/invitations',
    order: 'The newest first',
  });
  return adminLayout({
    frame: props.frame,
    title: 'Invitations',
    tab: 'accounts',
    head: html`<div><p class="crumb"><a href="/admin/accounts">← Accounts</a></p><h1>Invitations</h1><p>People who may make an account by a link in a mail.</p></div>${!closed && html`<a class="btn solid" href="/admin/invitations/new">Invite somebody</a>`}`,
    content: html`${closed && closedNote()}${filter(state)}
${rows.length > 0 ? html`${count}${list(props.frame, rows, closed)}${pager(links)}` : nothing(state, closed)}`,
  });
}

const closedNote = (): Html =>
  note({
    kind: 'warn',
    icon: icons.warning,
    what: 'This server takes no invitations.',
    todo: 'Links that were sent do not work. Set REGISTRATION to invite or open.',
  });

function filter(state: State | undefined): Html {
  const choices = Object.entries(states).map(([value, { label }]) => ({ value, label }));
  return html`<form class="filters" method="get" action="/admin/invitations">
  ${selectField({ name: 'state', label: 'State', choices: [{ value: '', label: 'Any' }, ...choices], small: true, ...(state && { value: state }) })}
  <button class="btn less">Apply</button>
</form>`;
}

function list(frame: AdminFrame, rows: InvitationRow[], closed: boolean): Html {
  return html`<div class="panel"><div><ul class="lines" role="list">${rows.map((one) => line(frame, one, closed))}</ul></div></div>`;
}

function line({ csrf }: AdminFrame, one: InvitationRow, closed: boolean): Html {
  const called = one.accountId
    ? html`<a href="/admin/account/${one.accountId}">${name(one.address)}</a>`
    : name(one.address);
  const act = (verb: string, label: string, kind = '') =>
    form({
      csrf,
      action: `/admin/invitations/${one.id}/${verb}`,
      content: html`<button class="btn less${kind}">${label}<span class="vh"> ${name(one.address)}</span></button>`,
    });
  const more = one.state === 'sent' ? html`Its link works until ${day(one.expires)}.` : states[one.state].why;
  return html`
    <li><div><p class="row"><b>${called}</b>${one.admin && html`<span class="tag">Admin</span>`}${stateTag(one.state)}</p><p>Invited ${day(one.invited)} by ${name(one.inviter)}.${more && html` ${more}`}</p></div><div class="acts">${one.resend && !closed && act('resend', 'Send again')}${one.withdraw && act('withdraw', 'Withdraw', ' danger')}</div></li>`;
}

function stateTag(state: State): Html {
  const { label, tag } = states[state];
  const icon = { bad: icons.wrong, warn: icons.warning, good: icons.tick };
  return html`<span class="tag${tag && ` ${tag}`}">${tag && icon[tag]}${label}</span>`;
}

function nothing(state: State | undefined, closed: boolean): Html {
  if (state) {
    return empty({
      title: 'No invitation matches',
      why: html`You filter by state ${states[state].label}.`,
      way: { href: '/admin/invitations', label: 'Clear the filter' },
    });
  }
  return empty({
    title: 'Nobody is invited',
    why: closed
      ? 'Accounts come from admins, an import or your own provider.'
      : 'An invitation is a mail with a link. Whoever opens it chooses a name and a password or a passkey.',
    way: closed
      ? { href: '/admin/accounts/new', label: 'Create an account' }
      : { href: '/admin/invitations/new', label: 'Invite somebody' },
  });
}

export type InvitationFormValues = { email: string; name: string; tier: string; language: string; admin: boolean };

/** Invites an address. Posts `email`, `name`, `tier`, `language` and `admin` to `/admin/invitations`. */
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
  const fields = html`${textField({ name: 'email', label: 'Email address', type: 'email', value: values.email, problem: problems.email, required: true })}
${textField({ name: 'name', label: 'Name', value: values.name, problem: problems.name, hint: 'May stay empty. The person can change it.' })}
${selectField({ name: 'language', label: 'Language of the mail', value: values.language, choices: spoken, problem: problems.language })}
${selectField({ name: 'tier', label: 'Tier', value: values.tier, choices: tierChoices(props.tiers), problem: problems.tier })}
${checkbox({ name: 'admin', value: 'yes', label: 'Admin', checked: values.admin, hint: 'May do everything on these pages. Sets up a second step at once.' })}`;
  return adminLayout({
    frame: props.frame,
    title: 'Invite somebody',
    tab: 'accounts',
    head: html`<div><p class="crumb"><a href="/admin/invitations">← Invitations</a></p><h1>Invite somebody</h1><p>The mail says who invites, and holds a link that works for ${plural(props.days, 'day')} and once. A newer invitation to the same address ends the older one.</p></div>`,
    content: form({
      csrf: props.frame.csrf,
      action: '/admin/invitations',
      content: html`<div class="panel"><section class="setting"><header><h2>Who it is for</h2></header><div>${fields}</div></section><div class="row"><button class="btn solid">Send the invitation</button></div></div>`,
    }),
  });
}
