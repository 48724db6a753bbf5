import { html } from 'hono/html';
import type { Html } from '../text.ts';
import { ago, day, plural } from '../time.ts';
import { form, hidden } from './layout.ts';

export type ClientSecret = { id: string; created: Date; lastUsed?: Date; expires?: Date };

const overlaps = [0, 1, 7, 30, 90];

/** The living secrets, by when they were made: of their text nothing is kept. */
export function secretsSection(props: {
  csrf: string;
  path: string;
  secrets: ClientSecret[];
  /** The first was made by this very request. */
  fresh: boolean;
  now: Date;
}): Html {
  const { csrf, path, secrets, fresh, now } = props;
  const items = secrets.map((secret, i) => item(props, secret, fresh && i === 0));
  return html`<section class="setting" aria-labelledby="sec"><header><h2 id="sec">Secrets</h2><p>Two may live side by side while the app changes over.</p></header>
    <div class="stack">
      ${items.length > 0 ? html`<ul class="lines">${items}</ul>` : html`<p>There is none, so the client can’t authenticate. Make one.</p>`}
      ${form({
        csrf,
        action: `${path}/secrets`,
        kind: 'row',
        content: html`${hidden('newest', secrets[0]?.id ?? '')}${
          secrets.length > 0 &&
          html`<label class="small" for="days">Roll: keep the old one for</label><select class="less days" id="days" name="days">${overlaps.map((days) => html`<option value="${days}"${days === 7 && html` selected`}>${days === 0 ? 'no time' : plural(days, 'day')}</option>`)}</select>`
        }<button class="btn less">${secrets.length > 0 ? 'Roll' : 'Make a secret'}</button>`,
      })}
      ${secrets.length > 1 && html`<p class="small quiet">There are already two. Rolling ends the older one (made ${ago((secrets.at(-1) as ClientSecret).created, now)}) at once.</p>`}
    </div></section>`;
}

function item({ path, now }: Parameters<typeof secretsSection>[0], secret: ClientSecret, fresh: boolean): Html {
  const used = secret.lastUsed ? `last used ${ago(secret.lastUsed, now)}` : 'never used';
  const days = secret.expires && Math.max(1, Math.ceil((secret.expires.getTime() - now.getTime()) / 86_400_000));
  const tag = days
    ? html` <span class="tag warn">Ends in ${plural(days, 'day')}</span>`
    : fresh && html` <span class="tag good">New</span>`;
  return html`<li><div><p class="row"><code>№ ${secret.id}</code>${tag}</p><p>Made ${fresh ? 'just now' : day(secret.created)}, ${used}</p></div><a class="btn less danger" href="${path}/secrets/${secret.id}/remove">Remove<span class="vh"> secret № ${secret.id}</span></a></li>`;
}
