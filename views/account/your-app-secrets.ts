import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import { copyButtons, secretOnce } from '../secret-once.ts';
import type { Html } from '../text.ts';
import { ago, day, plural } from '../time.ts';
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
  return ownLayout(props, {
    title: 'Secrets',
    tab: '/secrets',
    content: html`${props.overtaken && overtakenNote}${secret && shown(props, secret)}
<section class="panel" aria-labelledby="sec"><div class="setting"><header><h2 id="sec">Secrets</h2><p>Two may work side by side while you change over.</p></header>
  <div class="stack">${secrets.length > 0 ? html`<ul class="lines">${secrets.map((one, i) => line(head.path, one, now, secret !== undefined && i === 0))}</ul>` : html`<p>The app has no secret, so it can’t prove who it is. Make one.</p>`}
  ${head.state !== 'suspended' && rollForm(props)}</div></div></section>${secret && copyButtons()}`,
  });
}

const overtakenNote = note({
  kind: 'warn',
  icon: icons.warning,
  what: 'The secrets changed after you opened this page.',
  todo: 'Nothing was made. Below is how things stand now.',
  role: 'alert',
});

function shown({ head, secrets, issuer }: Parameters<typeof yourAppSecretsPage>[0], secret: string): Html {
  const old = secrets[1];
  return secretOnce({
    what: 'This is the new secret.',
    secret,
    facts: [
      ['Client id', html`<code>${head.clientId}</code>`],
      ...(old?.expires
        ? ([['Old secret', html`${label(old)} works until ${day(old.expires)}`]] satisfies [string, Html][])
        : []),
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
  lastFour ? `secret ending in ${lastFour}` : `secret № ${id}`;

function line(path: string, secret: ShownSecret, now: Date, fresh: boolean): Html {
  const { created, expires, lastUsed } = secret;
  const days = expires && Math.max(1, Math.ceil((expires.getTime() - now.getTime()) / 86_400_000));
  const tag = days
    ? html` <span class="tag warn">${icons.clock}Ends in ${plural(days, 'day')}</span>`
    : fresh && html` <span class="tag good">New</span>`;
  return html`<li><div><p class="row">${label(secret)}${tag}</p><p>Made ${fresh ? 'just now' : day(created)} · ${lastUsed ? `last used ${ago(lastUsed, now)}` : 'not used yet'}</p></div><a class="btn less danger" href="${path}/secrets/${secret.id}/remove">Remove<span class="vh"> ${spoken(secret)}</span></a></li>`;
}

function rollForm({ csrf, head, secrets }: Parameters<typeof yourAppSecretsPage>[0]): Html {
  const keep =
    secrets.length > 0 &&
    html`<label class="small" for="days">New secret; the old one works for</label><select class="less days" id="days" name="days">${overlaps.map((days) => html`<option value="${days}"${days === 7 && html` selected`}>${days === 0 ? 'no time' : plural(days, 'day')}</option>`)}</select>`;
  return html`<form method="post" action="${head.path}/secrets" class="row"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="newest" value="${secrets[0]?.id ?? ''}">${keep}<button class="btn less">${secrets.length > 0 ? 'Make it' : 'Make a secret'}</button></form>
  ${secrets.length > 1 && html`<p class="small quiet">There are two. A third ends the older one at once. Remove the old one when its “last used” stops moving.</p>`}`;
}

/** Says what stops when a secret is removed, and asks. */
export function yourAppSecretRemovalPage(props: OwnFrame & { secret: ShownSecret; others: number; now: Date }): string {
  const { head, secret, now, csrf } = props;
  const { created, lastUsed, expires } = secret;
  return ownLayout(props, {
    title: 'Remove a secret',
    tab: '/secrets',
    content: html`${props.others === 0 && onlyOne}
<div class="panel"><section class="setting" aria-labelledby="what"><header><h2 id="what">Remove ${label(secret)}?</h2></header><div class="stack">
  <dl class="receipt"><dt>Made</dt><dd>${day(created)}</dd><dt>Last used</dt><dd>${lastUsed ? ago(lastUsed, now) : 'never'}</dd>${expires && html`<dt>Ends by itself</dt><dd>${day(expires)}</dd>`}</dl>
  <p>Whatever still signs in with it is refused at once. Access tokens that the app has already work until they end, within an hour.</p>
  <p>This can’t be undone.</p>
  <form method="post" action="${head.path}/secrets/${secret.id}/remove" class="row"><input type="hidden" name="csrf" value="${csrf}"><a class="btn" href="${head.path}/secrets">Keep it</a><button class="btn danger">Remove<span class="vh"> ${spoken(secret)}</span></button></form></div></section></div>`,
  });
}

const onlyOne = note({
  kind: 'warn',
  icon: icons.warning,
  what: 'It is the only one.',
  todo: 'The app can do nothing until you make another and put it in place.',
});
