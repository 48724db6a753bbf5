import { html } from 'hono/html';
import { copyButtons, secretOnce } from '../../secret-once.ts';
import { type Html, plain } from '../../text.ts';
import { ago, day, plural } from '../../time.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

export type ClientSecret = { id: string; lastFour?: string; created: Date; lastUsed?: Date; expires?: Date };

/** Days for which the previous secret may work beside the new one. */
export const secretOverlapDays = [1, 7, 30];

/** With two secrets, one must be removed before another can be made. */
const maxSecrets = 2;

/** The secrets of a client that still work. `secret` was made by this request: it is shown here and never again. */
export function clientSecretsPage(props: {
  frame: AdminFrame;
  issuer: string;
  subject: ClientSubject;
  secrets: ClientSecret[];
  secret?: string;
  notes: Html[];
  now: Date;
}): string {
  const { frame, subject, secrets, secret, notes, now } = props;
  const path = clientPath(subject.clientId);
  const items = secrets.map((one, index) => item(one, { path, now, fresh: secret !== undefined && index === 0 }));
  return adminLayout({
    frame,
    title: `Secrets of ${subject.name}`,
    tab: 'clients',
    subject: clientHead(subject, 'Secrets'),
    content: html`${notes}${secret && newSecret(props, secret)}
<div class="panel"><section class="setting" aria-labelledby="sec"><header><h2 id="sec">Secrets</h2><p>Two may live side by side while the app changes over.</p></header><div>${items.length > 0 ? html`<ul class="lines">${items}</ul>` : html`<p>It has none, so it can’t prove who it is. Make one.</p>`}</div></section>
  ${roll(props, path)}</div>${secret && copyButtons()}`,
  });
}

/** Tells one secret from another: by its last characters, or by its number if those were not kept. */
export const secretName = ({ id, lastFour }: Pick<ClientSecret, 'id' | 'lastFour'>): string =>
  lastFour ? `vcs_cs_…${lastFour}` : `№ ${id}`;

/** The same for screen readers. */
export const secretWords = ({ id, lastFour }: Pick<ClientSecret, 'id' | 'lastFour'>): string =>
  lastFour ? `secret ending in ${lastFour}` : `secret № ${id}`;

function newSecret({ issuer, subject }: Parameters<typeof clientSecretsPage>[0], secret: string): Html {
  return secretOnce({
    what: 'This is the new secret.',
    secret,
    facts: [['Client id', html`<code>${subject.clientId}</code>`]],
    env: [
      ['OAUTH_ISSUER', issuer],
      ['OAUTH_CLIENT_ID', subject.clientId],
      ['OAUTH_CLIENT_SECRET', secret],
    ],
  });
}

function roll({ frame, secrets }: Parameters<typeof clientSecretsPage>[0], path: string): Html {
  const full = secrets.length >= maxSecrets;
  const label = html`<label class="small" for="days">New secret; the old one works for</label><select class="less days" id="days" name="days">${secretOverlapDays.map((days) => html`<option value="${days}"${days === 7 && html` selected`}>${plural(days, 'day')}</option>`)}</select>`;
  return form({
    csrf: frame.csrf,
    action: `${path}/secrets`,
    kind: 'row',
    content: html`${hidden('newest', secrets[0]?.id ?? '')}${secrets.length > 0 && label}<button class="btn less"${full && html` disabled aria-describedby="two"`}>${secrets.length > 0 ? 'Make it' : 'Make a secret'}</button>${full && html`<span class="small quiet" id="two">There are already two. Remove one first.</span>`}`,
  });
}

function item(secret: ClientSecret, { path, now, fresh }: { path: string; now: Date; fresh: boolean }): Html {
  const days = secret.expires && Math.max(1, Math.ceil((secret.expires.getTime() - now.getTime()) / 86_400_000));
  const tag = days
    ? html` <span class="tag warn">Ends in ${plural(days, 'day')}</span>`
    : fresh && html` <span class="tag good">New</span>`;
  const used = secret.lastUsed ? `last used ${ago(secret.lastUsed, now)}` : 'not used yet';
  return html`<li><div><p class="row"><code>${secretName(secret)}</code>${tag}</p><p>Made ${fresh ? 'just now' : day(secret.created)} · ${used}</p></div><a class="btn less danger" href="${path}/secrets/${secret.id}/remove">Remove<span class="vh"> ${plain(secretWords(secret))}</span></a></li>`;
}
