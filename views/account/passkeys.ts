import { html } from 'hono/html';
import { textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type PasskeyButton, passkeyStopped } from '../passkey-button.ts';
import { type Html, name as named, plain } from '../text.ts';
import { ago, day } from '../time.ts';
import { accountLayout } from './layout.ts';

/** A passkey as its owner sees it. `authenticator` is what keeps it, if that is known. */
export type ShownPasskey = { id: string; name: string; authenticator?: string | undefined; added: Date; used?: Date };

/** What was just done, or not done, to a passkey. */
export type PasskeyNotice = { kind: 'added' | 'renamed' | 'removed'; name: string } | { kind: 'last' };

export type PasskeySection = {
  passkeys: ShownPasskey[];
  /** The address of the script; without it this server has no passkeys. */
  script: string;
  now: Date;
  notice?: PasskeyNotice | undefined;
};

/**
 * The section of the security page. Each passkey posts `csrf` to `/account/security/passkeys/` and its id and `/remove`; it
 * is renamed on a page of its own.
 */
export function passkeySection({ passkeys, now, csrf }: PasskeySection & { csrf: string }): Html {
  const words = m().passkeys;
  const { heading, lead, add } = words.section;
  const list = html`<ul class="lines">${passkeys.map((passkey) => line(passkey, now, csrf))}</ul>`;
  return html`<section class="setting" aria-labelledby="pk"><header><h2 id="pk">${heading}</h2><p>${lead}</p></header><div class="stack">${passkeys.length > 0 && list}
    <p class="small quiet" data-without-passkey>${words.unsupported}</p>
    <p data-needs-passkey hidden><a class="btn less" href="/account/security/passkeys/new">${icons.key}${add}</a></p></div></section>`;
}

function line({ id, name, authenticator, added, used }: ShownPasskey, now: Date, csrf: string): Html {
  const words = m().passkeys.section;
  const path = `/account/security/passkeys/${id}`;
  const history = used ? words.used(day(added), ago(used, now)) : words.unused(day(added));
  return html`
    <li><div><b>${named(name)}</b><p>${authenticator && `${authenticator} · `}${history}</p></div><div class="acts"><a class="btn less" href="${path}">${words.rename(plain(name))}</a><form method="post" action="${path}/remove"><input type="hidden" name="csrf" value="${csrf}"><button class="btn less danger">${words.remove(plain(name))}</button></form></div></li>`;
}

export function passkeyNote(notice: PasskeyNotice): Html {
  const words = m().passkeys.section;
  if (notice.kind === 'last') {
    return note({ kind: 'warn', icon: icons.warning, what: words.last, todo: words.lastTodo, role: 'alert' });
  }
  const what = words[notice.kind](named(notice.name));
  const todo = { added: words.addedTodo, renamed: undefined, removed: words.removedTodo }[notice.kind];
  return note({ kind: 'good', icon: icons.tick, what, ...(todo !== undefined && { todo }), role: 'status' });
}

/** Why a passkey was not added. */
export type AddProblem = { kind: 'expired' | 'refused' | 'full' | 'name' };

function problemNote(problem: 'expired' | 'refused' | 'full'): Html {
  const { create, expired, refused } = m().passkeys;
  const texts = {
    expired: { what: expired.what, todo: create.expiredTodo },
    refused: { what: refused.what, todo: create.refusedTodo },
    full: { what: create.full, todo: create.fullTodo },
  }[problem];
  return note({ kind: 'bad', icon: icons.wrong, ...texts, role: 'alert' });
}

type Frame = { csrf: string; email: string; admin?: boolean };

/** The page that makes a passkey. Posts `csrf`, `name` and `passkey` to the action of the button. */
export function newPasskeyPage(
  props: Frame & { button: PasskeyButton; name?: string | undefined; problem?: AddProblem | undefined },
): string {
  const { button, problem } = props;
  const { section, create: words, unsupported } = m().passkeys;
  return page(props, {
    title: words.title,
    script: button.script,
    content: html`${problem && problem.kind !== 'name' && problemNote(problem.kind)}
<div class="panel"><div class="setting"><header><h2>${section.heading}</h2><p>${words.lead}</p></header>
  <div><p data-without-passkey>${unsupported}</p>
  <form method="post" action="${button.action}" class="narrow" data-passkey="create" data-options="${button.options}" data-needs-passkey hidden><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="passkey" data-passkey-answer>
    ${nameField(props.name, problem?.kind === 'name')}
    <p class="field"><button class="btn solid">${icons.key}${words.submit}</button></p>
    ${passkeyStopped(words.stopped)}<p class="small quiet field" role="status" data-passkey-known hidden>${words.known}</p></form></div></div></div>`,
  });
}

/** The page that renames a passkey. Posts `csrf` and `name` to its own address. */
export function renamePasskeyPage(
  props: Frame & { passkey: ShownPasskey; typed?: string | undefined; wrong?: boolean },
): string {
  const { passkey, typed, wrong = false } = props;
  const words = m().passkeys.rename;
  return page(props, {
    title: words.title,
    content: html`<div class="panel"><div class="setting"><header><h2>${named(passkey.name)}</h2></header>
  <form method="post" action="/account/security/passkeys/${passkey.id}" class="narrow"><input type="hidden" name="csrf" value="${props.csrf}">
    ${nameField(typed ?? passkey.name, wrong)}
    <p class="field"><button class="btn solid">${words.submit}</button></p></form></div></div>`,
  });
}

function nameField(value: string | undefined, wrong: boolean): Html {
  const words = m().passkeys.create;
  return textField({
    name: 'name',
    label: words.name,
    hint: words.nameHint,
    required: true,
    ...(value !== undefined && { value }),
    ...(wrong && { problem: words.nameProblem }),
  });
}

function page(frame: Frame, { title, script, content }: { title: string; script?: string; content: Html }): string {
  return accountLayout({
    title,
    tab: 'security',
    csrf: frame.csrf,
    email: frame.email,
    ...(frame.admin && { admin: true }),
    script,
    content: html`<header><div><p class="crumb"><a href="/account/security">← ${m().security.title}</a></p><h1>${title}</h1></div></header>
${content}`,
  });
}
