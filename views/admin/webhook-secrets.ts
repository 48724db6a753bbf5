import { html } from 'hono/html';
import * as icons from '../icons.ts';
import type { Html } from '../text.ts';
import { day, duration, plural } from '../time.ts';
import { form } from './layout.ts';

export type EndpointSecret = { id: string; created: Date; expires?: Date };

/** For how many hours the secret before may sign beside the new one. */
export const secretOverlaps = [0, 1, 24, 168];

export function newEndpointSecret(secret: string): Html {
  return html`<div class="note good" role="status">${icons.tick}<div class="stack"><p><b>The signing secret. It is shown only this once.</b> Copy it now, to where the app verifies signatures.</p><p class="block mono" id="secret">${secret}</p></div></div>`;
}

/** What signs, by when it was made. */
export function endpointSecretSection(props: {
  csrf: string;
  path: string;
  secrets: EndpointSecret[];
  now: Date;
}): Html {
  const { csrf, path, secrets, now } = props;
  const items = secrets.map((secret) => {
    const left = secret.expires && (secret.expires.getTime() - now.getTime()) / 1000;
    const tag = left !== undefined && html` <span class="tag warn">Ends in ${duration(left)}</span>`;
    return html`<li><div><p class="row"><code>№ ${secret.id}</code>${tag}</p><p>Made ${day(secret.created)}</p></div></li>`;
  });
  return html`<section class="setting" aria-labelledby="sec"><header><h2 id="sec">Signing secret</h2><p>While two live, both sign, and the app needs to know only one of them.</p></header>
    <div class="stack"><ul class="lines">${items}</ul>
      ${form({
        csrf,
        action: `${path}/secrets`,
        kind: 'row',
        content: html`<input type="hidden" name="newest" value="${secrets[0]?.id ?? ''}"><label class="small" for="hours">Roll: keep the old one for</label><select class="less days" id="hours" name="hours">${secretOverlaps.map((hours) => html`<option value="${hours}"${hours === 24 && html` selected`}>${words(hours)}</option>`)}</select><button class="btn less">Roll</button>`,
      })}</div></section>`;
}

function words(hours: number): string {
  if (hours === 0) return 'no time';
  return hours % 24 === 0 ? plural(hours / 24, 'day') : plural(hours, 'hour');
}
