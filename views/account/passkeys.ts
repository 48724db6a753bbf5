import { html } from 'hono/html';
import { textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import { type PasskeyButton, passkeyStopped } from '../passkey-button.ts';
import { type Html, name as named, plain } from '../text.ts';
import { ago, day } from '../time.ts';
import { accountLayout } from './layout.ts';

const texts = {
  heading: 'Passkeys',
  lead: 'Your fingerprint, face or device lock. Nothing to remember, nothing to steal.',
  add: 'Add a passkey',
  rename: 'Rename',
  remove: 'Remove',
  save: 'Save the name',
  create: 'Create the passkey',
  unsupported: 'To add a passkey, open this page in a browser that supports passkeys, with scripts allowed.',
  nameLabel: 'Name of the passkey',
  nameHint: 'Where it is, so that you know it again: “Work laptop”, “Phone”.',
  addLead: 'Your browser asks where to keep it, and then for your fingerprint, face or device lock.',
  stopped: 'No passkey was made. Press the button again.',
  known: 'This device already has a passkey for your account.',
  back: '← Security',
};

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
  const list = html`<ul class="lines">${passkeys.map((passkey) => line(passkey, now, csrf))}</ul>`;
  return html`<section class="setting" aria-labelledby="pk"><header><h2 id="pk">${texts.heading}</h2><p>${texts.lead}</p></header><div class="stack">${passkeys.length > 0 && list}
    <p class="small quiet" data-without-passkey>${texts.unsupported}</p>
    <p data-needs-passkey hidden><a class="btn less" href="/account/security/passkeys/new">${icons.key}${texts.add}</a></p></div></section>`;
}

function line({ id, name, authenticator, added, used }: ShownPasskey, now: Date, csrf: string): Html {
  const path = `/account/security/passkeys/${id}`;
  const spoken = html`<span class="vh"> passkey ${plain(name)}</span>`;
  const facts = html`${authenticator ? `${authenticator} · added` : 'Added'} ${day(added)} · ${used ? `last used ${ago(used, now)}` : 'never used'}`;
  return html`
    <li><div><b>${named(name)}</b><p>${facts}</p></div><div class="acts"><a class="btn less" href="${path}">${texts.rename}${spoken}</a><form method="post" action="${path}/remove"><input type="hidden" name="csrf" value="${csrf}"><button class="btn less danger">${texts.remove}${spoken}</button></form></div></li>`;
}

export function passkeyNote(notice: PasskeyNotice): Html {
  if (notice.kind === 'last') {
    return note({
      kind: 'warn',
      icon: icons.warning,
      what: 'This passkey is your only way in, so it was not removed.',
      todo: 'Add another one first.',
      role: 'alert',
    });
  }
  const done = {
    added: ['is added.', 'You can sign in with it from now on.'],
    renamed: ['is its new name.', undefined],
    removed: ['is removed.', 'It signs nobody in any more. Delete it in your password manager too.'],
  } as const;
  const [what, todo] = done[notice.kind];
  return note({
    kind: 'good',
    icon: icons.tick,
    what: html`${named(notice.name)} ${what}`,
    ...(todo && { todo }),
    role: 'status',
  });
}

/** Why a passkey was not added. */
export type AddProblem = { kind: 'expired' | 'refused' | 'full' } | { kind: 'name'; wrong: string };

const problems = {
  expired: { what: 'This page was open too long.', todo: 'No passkey was added. Press the button once more.' },
  refused: {
    what: 'That passkey was not accepted.',
    todo: 'It has to check your fingerprint, face or device lock. Try again, or choose another place to keep it.',
  },
  full: {
    what: 'No passkey was added.',
    todo: 'You already have this one, or as many as an account may have. Remove one that you don’t use.',
  },
} as const;

type Frame = { csrf: string; email: string; admin?: boolean };

/** The page that makes a passkey. Posts `csrf`, `name` and `passkey` to the action of the button. */
export function newPasskeyPage(
  props: Frame & { button: PasskeyButton; name?: string | undefined; problem?: AddProblem | undefined },
): string {
  const { button, problem } = props;
  const wrong = problem?.kind === 'name' ? problem.wrong : undefined;
  return page(props, {
    title: texts.add,
    script: button.script,
    content: html`${problem && problem.kind !== 'name' && note({ kind: 'bad', icon: icons.wrong, ...problems[problem.kind], role: 'alert' })}
<div class="panel"><div class="setting"><header><h2>${texts.heading}</h2><p>${texts.addLead}</p></header>
  <div><p data-without-passkey>${texts.unsupported}</p>
  <form method="post" action="${button.action}" class="narrow" data-passkey="create" data-options="${button.options}" data-needs-passkey hidden><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="passkey" data-passkey-answer>
    ${nameField(props.name, wrong)}
    <p class="field"><button class="btn solid">${icons.key}${texts.create}</button></p>
    ${passkeyStopped(texts.stopped)}<p class="small quiet field" role="status" data-passkey-known hidden>${texts.known}</p></form></div></div></div>`,
  });
}

/** The page that renames a passkey. Posts `csrf` and `name` to its own address. */
export function renamePasskeyPage(
  props: Frame & { passkey: ShownPasskey; typed?: string | undefined; wrong?: string | undefined },
): string {
  const { passkey, typed, wrong } = props;
  return page(props, {
    title: 'Rename a passkey',
    content: html`<div class="panel"><div class="setting"><header><h2>${named(passkey.name)}</h2></header>
  <form method="post" action="/account/security/passkeys/${passkey.id}" class="narrow"><input type="hidden" name="csrf" value="${props.csrf}">
    ${nameField(typed ?? passkey.name, wrong)}
    <p class="field"><button class="btn solid">${texts.save}</button></p></form></div></div>`,
  });
}

function nameField(value: string | undefined, problem: string | undefined): Html {
  return textField({
    name: 'name',
    label: texts.nameLabel,
    hint: texts.nameHint,
    required: true,
    ...(value !== undefined && { value }),
    ...(problem !== undefined && { problem, focused: true }),
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
    content: html`<header><div><p class="crumb"><a href="/account/security">${texts.back}</a></p><h1>${title}</h1></div></header>
${content}`,
  });
}
