import { html } from 'hono/html';
import { secretOnce } from '../../secret-once.ts';
import type { Html } from '../../text.ts';
import { day, duration, plural } from '../../time.ts';
import { form } from '../layout.ts';

export type EndpointSecret = { id: string; lastFour?: string; created: Date; expires?: Date };

/** Hours for which the previous secret may sign beside the new one. */
export const secretOverlaps = [1, 24, 168];

export const newEndpointSecret = (secret: string, clientId: string): Html =>
  secretOnce({
    what: 'This is the signing secret. The app verifies signatures with it.',
    secret,
    facts: [['Client id', html`<code>${clientId}</code>`]],
    env: [['WEBHOOK_SECRET', secret]],
  });

/** The signing secrets, newest first. */
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
    return html`<li><div><p class="row"><code>${secret.lastFour ? `whsec_…${secret.lastFour}` : `№ ${secret.id}`}</code>${tag}</p><p>Made ${day(secret.created)}</p></div></li>`;
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
  return hours % 24 === 0 ? plural(hours / 24, 'day') : plural(hours, 'hour');
}
