import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { number as digits, type Html, plain } from '../../text.ts';
import { moment } from '../../time.ts';
import { type ClientSubject, clientHead, clientPath } from '../clients/head.ts';
import { type AdminFrame, adminLayout, form } from '../layout.ts';
import { answered, type DeliveryStatus, deliveryTag } from './states.ts';

const words = () => m().adminWebhooks.delivery;

export type DeliveryAttempt = {
  number: number;
  at: Date;
  milliseconds: number;
  status?: number;
  error?: string;
  response?: string;
};

/** One event for one client: what was sent, and how each attempt went. */
export function deliveryPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  delivery: { id: string; type: string; status: DeliveryStatus; body: string; created: Date; due?: Date };
  attempts: DeliveryAttempt[];
  /** Whether it can be sent again now. */
  enabled: boolean;
}): string {
  const { frame, subject, delivery, attempts } = props;
  const path = `${clientPath(subject.clientId)}/webhooks`;
  return adminLayout({
    frame,
    title: words().title(delivery.type, subject.name),
    tab: 'clients',
    subject: clientHead(subject, 'webhooks'),
    content: html`<div class="panel"><div class="head"><h2>${delivery.type} ${deliveryTag(delivery.status)}</h2><p><a href="${path}">${words().all}</a></p></div>
  <section class="setting" aria-labelledby="what"><h2 id="what">${words().event}</h2>
    <div class="stack"><dl class="receipt"><dt>${words().id}</dt><dd><code>${delivery.id}</code></dd><dt>${words().happened}</dt><dd>${moment(delivery.created)}</dd>${delivery.due && html`<dt>${words().next}</dt><dd>${moment(delivery.due)}</dd>`}</dl><pre class="block">${plain(delivery.body)}</pre></div></section>
  <section class="setting" aria-labelledby="tries"><h2 id="tries">${words().attempts}</h2>
    ${attempts.length > 0 ? html`<ul class="lines">${attempts.map(line)}</ul>` : html`<p>${words().none}</p>`}</section>
  ${props.enabled && form({ csrf: frame.csrf, action: `${path}/deliveries/${delivery.id}/replay`, content: html`<button class="btn less">${words().sendAgain}</button>` })}
</div>`,
  });
}

function line(attempt: DeliveryAttempt): Html {
  const took = attempt.error && attempt.milliseconds === 0 ? '' : ` ${words().after(digits(attempt.milliseconds))}`;
  return html`<li><div><p><b>№ ${attempt.number}: ${answered(attempt)}</b>${took}</p>${attempt.response && html`<details><summary>${words().answer(attempt.number)}</summary><pre class="block">${plain(attempt.response)}</pre></details>`}</div>${moment(attempt.at)}</li>`;
}
