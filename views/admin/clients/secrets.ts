import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { copyButtons, secretOnce } from '../../secret-once.ts';
import { type Html, plain } from '../../text.ts';
import { ago, day } from '../../time.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

const words = () => m().adminClientActs.secrets;

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
    title: words().title(subject.name),
    tab: 'clients',
    subject: clientHead(subject, 'secrets'),
    content: html`${notes}${secret && newSecret(props, secret)}
<div class="panel"><section class="setting" aria-labelledby="sec"><header><h2 id="sec">${words().heading}</h2><p>${words().lead}</p></header><div>${items.length > 0 ? html`<ul class="lines">${items}</ul>` : html`<p>${words().none}</p>`}</div></section>
  ${roll(props, path)}</div>${secret && copyButtons()}`,
  });
}

/** Tells one secret from another: by its last characters, or by its number if those were not kept. */
export const secretName = ({ id, lastFour }: Pick<ClientSecret, 'id' | 'lastFour'>): string =>
  lastFour ? `vcs_cs_…${lastFour}` : `№ ${id}`;

/** The same for screen readers. */
export const secretWords = ({ id, lastFour }: Pick<ClientSecret, 'id' | 'lastFour'>): string =>
  lastFour ? words().endingIn(lastFour) : words().numbered(id);

function newSecret({ issuer, subject }: Parameters<typeof clientSecretsPage>[0], secret: string): Html {
  return secretOnce({
    what: words().isNew,
    secret,
    facts: [[words().clientId, html`<code>${subject.clientId}</code>`]],
    env: [
      ['OAUTH_ISSUER', issuer],
      ['OAUTH_CLIENT_ID', subject.clientId],
      ['OAUTH_CLIENT_SECRET', secret],
    ],
  });
}

function roll({ frame, secrets }: Parameters<typeof clientSecretsPage>[0], path: string): Html {
  const full = secrets.length >= maxSecrets;
  const label = html`<label class="small" for="days">${words().overlap}</label><select class="less days" id="days" name="days">${secretOverlapDays.map((days) => html`<option value="${days}"${days === 7 && html` selected`}>${words().days(days)}</option>`)}</select>`;
  return form({
    csrf: frame.csrf,
    action: `${path}/secrets`,
    kind: 'row',
    content: html`${hidden('newest', secrets[0]?.id ?? '')}${secrets.length > 0 && label}<button class="btn less"${full && html` disabled aria-describedby="two"`}>${secrets.length > 0 ? words().makeNext : words().makeFirst}</button>${full && html`<span class="small quiet" id="two">${words().two}</span>`}`,
  });
}

function item(secret: ClientSecret, { path, now, fresh }: { path: string; now: Date; fresh: boolean }): Html {
  const days = secret.expires && Math.max(1, Math.ceil((secret.expires.getTime() - now.getTime()) / 86_400_000));
  const tag = days
    ? html` <span class="tag warn">${words().endsIn(days)}</span>`
    : fresh && html` <span class="tag good">${words().fresh}</span>`;
  const used = secret.lastUsed ? words().used(ago(secret.lastUsed, now)) : words().unused;
  return html`<li><div><p class="row"><code>${secretName(secret)}</code>${tag}</p><p>${fresh ? words().madeNow : words().made(day(secret.created))} · ${used}</p></div><a class="btn less danger" href="${path}/secrets/${secret.id}/remove">${words().remove(plain(secretWords(secret)))}</a></li>`;
}
