import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import { type Html, name, plain } from '../text.ts';
import { ago, day } from '../time.ts';
import { clientPath } from './client-head.ts';
import type { ClientSecret } from './client-secrets.ts';
import { type AdminFrame, adminLayout, form, hidden } from './layout.ts';

/** What stops when one secret of a client is removed, and the button. `living` are all of its secrets, `secret` among them. */
export function secretRemovalPage(props: {
  frame: AdminFrame;
  client: { clientId: string; name: string };
  secret: ClientSecret;
  living: ClientSecret[];
  /** What the form carries, so that it is about these secrets and no others. */
  seen: string;
  notes: Html[];
  now: Date;
}): string {
  const { frame, client, secret, now } = props;
  const path = clientPath(client.clientId);
  const others = props.living.filter(({ id }) => id !== secret.id);
  return adminLayout({
    frame,
    title: `Remove a secret of ${client.name}`,
    tab: 'clients',
    head: html`<div><h1>Remove secret №&nbsp;${secret.id} of ${name(client.name)}?</h1><p><code>${client.clientId}</code></p></div>`,
    content: html`${props.notes}${others.length === 0 && onlyOne}
<div class="panel"><section class="setting" aria-labelledby="what"><h2 id="what">This secret</h2>${facts(secret, now)}</section>
  <section class="setting" aria-labelledby="follows"><h2 id="follows">What stops</h2><div class="stack">
    <p>Whatever still proves with it that it is <bdi>${plain(client.name)}</bdi> is refused at once: it gets no token, refreshes none, and can’t introspect or revoke one.</p>
    <p>Access tokens that it has already got work until they end, within an hour.</p>
    ${others.map((other) => goesOn(other, now))}
    <p>This can’t be undone: of its text nothing is kept.</p></div></section>
</div>
${form({
  csrf: frame.csrf,
  action: `${path}/secrets/${secret.id}/remove`,
  kind: 'row',
  content: html`${hidden('seen', props.seen)}<a class="btn" href="${path}">Keep it</a><button class="btn danger">Remove secret № ${secret.id}</button>`,
})}`,
  });
}

const onlyOne = note({
  kind: 'warn',
  icon: icons.warning,
  what: 'It is the only one.',
  todo: 'The client can do nothing until you make another and its developers have put that in place.',
});

function facts({ created, lastUsed, expires }: ClientSecret, now: Date): Html {
  return html`<dl class="receipt"><dt>Made</dt><dd>${day(created)}</dd><dt>Last used</dt><dd>${lastUsed ? ago(lastUsed, now) : 'never'}</dd>${expires && html`<dt>Ends by itself</dt><dd>${day(expires)}</dd>`}</dl>`;
}

function goesOn({ id, lastUsed, expires }: ClientSecret, now: Date): Html {
  const used = lastUsed ? `last used ${ago(lastUsed, now)}` : 'which was never used';
  return html`<p>Secret № ${id}, ${used}, goes on${expires && html` until ${day(expires)}`}.</p>`;
}
