import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { copyButtons, secretOnce } from '../secret-once.ts';
import type { Html } from '../text.ts';
import { ago, day } from '../time.ts';
import { type OwnFrame, ownLayout } from './your-app.ts';

/** A secret that works. One from before the last four characters were kept is shown by its number. */
export type ShownSecret = { id: string; lastFour?: string; created: Date; expires?: Date; lastUsed?: Date };

const overlaps = [0, 1, 7, 30, 90];

/** The secrets of an app, newest first. `secret` is the one that was just made, in full. */
export function yourAppSecretsPage(
  props: OwnFrame & {
    secrets: ShownSecret[];
    issuer: string;
    now: Date;
    secret?: string;
    /** Whether another secret was made after the form was opened. */
    overtaken?: boolean;
  },
): string {
  const { head, secrets, secret, now } = props;
  const words = m().yourApps.secrets;
  return ownLayout(props, {
    title: m().yourApps.tabs.secrets,
    tab: '/secrets',
    content: html`${props.overtaken && overtakenNote()}${secret && shown(props, secret)}
<section class="panel" aria-labelledby="sec"><div class="setting"><header><h2 id="sec">${m().yourApps.tabs.secrets}</h2><p>${words.lead}</p></header>
  <div class="stack">${secrets.length > 0 ? html`<ul class="lines">${secrets.map((one, i) => line(head.path, one, now, secret !== undefined && i === 0))}</ul>` : html`<p>${words.none}</p>`}
  ${head.state !== 'suspended' && rollForm(props)}</div></div></section>${secret && copyButtons()}`,
  });
}

const overtakenNote = (): Html =>
  note({
    kind: 'warn',
    icon: icons.warning,
    what: m().yourApps.secrets.overtaken,
    todo: m().yourApps.secrets.overtakenTodo,
    role: 'alert',
  });

function shown({ head, secrets, issuer }: Parameters<typeof yourAppSecretsPage>[0], secret: string): Html {
  const old = secrets[1];
  const words = m().yourApps.secrets;
  return secretOnce({
    what: words.isNew,
    secret,
    facts: [
      [words.clientId, html`<code>${head.clientId}</code>`],
      ...(old?.expires ? ([[words.old, words.oldUntil(label(old), day(old.expires))]] satisfies [string, Html][]) : []),
    ],
    env: [
      ['OAUTH_ISSUER', issuer],
      ['OAUTH_CLIENT_ID', head.clientId],
      ['OAUTH_CLIENT_SECRET', secret],
    ],
  });
}

const label = ({ id, lastFour }: ShownSecret): Html =>
  lastFour ? html`<code>vcs_cs_…${lastFour}</code>` : html`<code>№&nbsp;${id}</code>`;

const spoken = ({ id, lastFour }: ShownSecret): string =>
  lastFour ? m().yourApps.secrets.endingIn(lastFour) : m().yourApps.secrets.numbered(id);

function line(path: string, secret: ShownSecret, now: Date, fresh: boolean): Html {
  const { created, expires, lastUsed } = secret;
  const words = m().yourApps.secrets;
  const days = expires && Math.max(1, Math.ceil((expires.getTime() - now.getTime()) / 86_400_000));
  const tag = days
    ? html` <span class="tag warn">${icons.clock}${words.endsIn(days)}</span>`
    : fresh && html` <span class="tag good">${words.new}</span>`;
  return html`<li><div><p class="row">${label(secret)}${tag}</p><p>${fresh ? words.madeNow : words.made(day(created))} · ${lastUsed ? words.lastUsed(ago(lastUsed, now)) : words.notUsed}</p></div><a class="btn less danger" href="${path}/secrets/${secret.id}/remove">${words.remove}<span class="vh"> ${spoken(secret)}</span></a></li>`;
}

function rollForm({ csrf, head, secrets }: Parameters<typeof yourAppSecretsPage>[0]): Html {
  const words = m().yourApps.secrets;
  const keep =
    secrets.length > 0 &&
    html`<label class="small" for="days">${words.overlap}</label><select class="less days" id="days" name="days">${overlaps.map((days) => html`<option value="${days}"${days === 7 && html` selected`}>${days === 0 ? words.noTime : words.days(days)}</option>`)}</select>`;
  return html`<form method="post" action="${head.path}/secrets" class="row"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="newest" value="${secrets[0]?.id ?? ''}">${keep}<button class="btn less">${secrets.length > 0 ? words.makeNext : words.makeFirst}</button></form>
  ${secrets.length > 1 && html`<p class="small quiet">${words.two}</p>`}`;
}

/** Says what stops when a secret is removed, and asks. */
export function yourAppSecretRemovalPage(props: OwnFrame & { secret: ShownSecret; others: number; now: Date }): string {
  const { head, secret, now, csrf } = props;
  const { created, lastUsed, expires } = secret;
  const words = m().yourApps.secrets;
  return ownLayout(props, {
    title: words.removal,
    tab: '/secrets',
    content: html`${props.others === 0 && onlyOne()}
<div class="panel"><section class="setting" aria-labelledby="what"><header><h2 id="what">${words.removalOf(label(secret))}</h2></header><div class="stack">
  <dl class="receipt"><dt>${words.madeOn}</dt><dd>${day(created)}</dd><dt>${words.lastUse}</dt><dd>${lastUsed ? ago(lastUsed, now) : words.never}</dd>${expires && html`<dt>${words.ends}</dt><dd>${day(expires)}</dd>`}</dl>
  <p>${words.effect}</p>
  <p>${words.final}</p>
  <form method="post" action="${head.path}/secrets/${secret.id}/remove" class="row"><input type="hidden" name="csrf" value="${csrf}"><a class="btn" href="${head.path}/secrets">${words.keep}</a><button class="btn danger">${words.remove}<span class="vh"> ${spoken(secret)}</span></button></form></div></section></div>`,
  });
}

const onlyOne = (): Html =>
  note({
    kind: 'warn',
    icon: icons.warning,
    what: m().yourApps.secrets.onlyOne,
    todo: m().yourApps.secrets.onlyOneTodo,
  });
