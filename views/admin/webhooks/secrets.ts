import { html } from 'hono/html';
import { lengthFormats } from '../../messages/formats.ts';
import { m } from '../../messages/index.ts';
import { secretOnce } from '../../secret-once.ts';
import type { Html } from '../../text.ts';
import { day, duration } from '../../time.ts';
import { form } from '../layout.ts';

const words = () => m().adminWebhooks.secrets;

export type EndpointSecret = { id: string; lastFour?: string; created: Date; expires?: Date };

/** Hours for which the previous secret may sign beside the new one. */
export const secretOverlaps = [1, 24, 168];

export const newEndpointSecret = (secret: string, clientId: string): Html =>
  secretOnce({
    what: words().isNew,
    secret,
    sealed: true,
    facts: [[words().clientId, html`<code>${clientId}</code>`]],
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
    const tag = left !== undefined && html` <span class="tag warn">${words().endsIn(duration(left))}</span>`;
    return html`<li><div><p class="row"><code>${secret.lastFour ? `whsec_…${secret.lastFour}` : `№ ${secret.id}`}</code>${tag}</p><p>${words().made(day(secret.created))}</p></div></li>`;
  });
  return html`<section class="setting" aria-labelledby="sec"><header><h2 id="sec">${words().title}</h2><p>${words().lead}</p></header>
    <div class="stack"><ul class="lines">${items}</ul>
      ${form({
        csrf,
        action: `${path}/secrets`,
        kind: 'row',
        content: html`<input type="hidden" name="newest" value="${secrets[0]?.id ?? ''}"><label class="small" for="hours">${words().overlap}</label><select class="less days" id="hours" name="hours">${secretOverlaps.map((hours) => html`<option value="${hours}"${hours === 24 && html` selected`}>${overlap(hours)}</option>`)}</select><button class="btn less">${words().roll}</button>`,
      })}</div></section>`;
}

function overlap(hours: number): string {
  return hours % 24 === 0 ? lengthFormats.day().format(hours / 24) : lengthFormats.hour().format(hours);
}
