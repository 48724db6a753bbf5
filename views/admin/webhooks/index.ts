import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { note } from '../../note.ts';
import { copyButtons } from '../../secret-once.ts';
import { type Html, plain } from '../../text.ts';
import { type ClientSubject, clientHead, clientPath } from '../clients/head.ts';
import { type Choice, checkbox, type Problems, problemAfter, reasonField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { type DeliveryList, deliveriesPanel } from './deliveries.ts';
import { type EndpointSecret, endpointSecretSection, newEndpointSecret } from './secrets.ts';

const words = () => m().adminWebhooks.one;

export type WebhookForm = { url: string; events: readonly string[]; enabled: boolean };

export type WebhookDetail = WebhookForm & {
  /** The version of the webhook that the form was filled from. */
  version: string;
  /** Why we turned it off ourselves. */
  disabledReason?: 'gone' | 'failing';
  secrets: EndpointSecret[];
};

/** The webhook of a client and its deliveries. `secret` is shown here and never again. */
export function webhooksPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  /** Undefined if the client has no webhook yet. */
  webhook?: WebhookDetail;
  /** Where its server is sent logout tokens. */
  logoutUri?: string;
  /** The values in the form: what is saved, or what was typed. */
  values: WebhookForm;
  problems: Problems;
  /** What was typed to confirm the removal. */
  typed: string;
  /** The reason for the removal. */
  reason: string;
  /** Every event: its name and what it means. */
  events: Choice[];
  secret?: string;
  /** Something that was not done, and why. */
  note?: Html;
  deliveries: DeliveryList;
  now: Date;
}): string {
  const { frame, subject, webhook, logoutUri } = props;
  const path = `${clientPath(subject.clientId)}/webhooks`;
  const { csrf } = frame;
  return adminLayout({
    frame,
    title: words().title(subject.name),
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    subject: clientHead(subject, 'webhooks'),
    content: html`${props.note}${props.secret && newEndpointSecret(props.secret, subject.clientId)}${webhook?.disabledReason && stopped(webhook.disabledReason)}
<div class="panel">
  ${endpoint(props, path)}
  ${webhook && endpointSecretSection({ csrf, path, secrets: webhook.secrets, now: props.now })}
  ${webhook && trial(webhook, csrf, path)}
  ${logoutUri !== undefined && logouts(logoutUri, subject)}
</div>
${(webhook || logoutUri !== undefined) && deliveriesPanel({ csrf, path, list: props.deliveries, problem: props.problems.since, enabled: webhook?.enabled === true || logoutUri !== undefined })}
${webhook && removal(props, path)}${props.secret && copyButtons()}`,
  });
}

function stopped(reason: 'gone' | 'failing'): Html {
  const { stopped: what, stoppedTodo: todo } = words();
  return note({ kind: 'warn', icon: icons.warning, what: what[reason], todo });
}

function endpoint(
  { frame, webhook, values, problems, events }: Parameters<typeof webhooksPage>[0],
  path: string,
): Html {
  const boxes = events.map(({ value, label }) =>
    checkbox({
      name: 'events',
      value,
      label: html`<code>${value}</code>`,
      checked: values.events.includes(value),
      hint: label,
    }),
  );
  const problem =
    problems.events &&
    html`<span class="hint no" id="events-problem" role="alert">${problemAfter(words().events, problems.events)}</span>`;
  return html`<section class="setting" aria-labelledby="endpoint"><header><h2 id="endpoint">${words().endpoint}</h2><p>${webhook ? words().received : words().notSetUp}</p></header>
    ${form({
      csrf: frame.csrf,
      action: path,
      content: html`${hidden('as_of', webhook?.version ?? '')}${textField({ name: 'url', label: words().address, type: 'url', value: values.url, problem: problems.url, hint: words().addressHint, required: true })}
      <fieldset class="field"${problem && html` aria-describedby="events-problem"`}><legend class="label">${words().events}</legend><div class="boxes">${boxes}</div>${problem}</fieldset>
      ${webhook && checkbox({ name: 'enabled', value: 'yes', label: words().on, checked: values.enabled, hint: words().onHint })}
      <p class="field"><button class="btn${webhook ? '' : ' solid'}">${webhook ? words().save : words().setUp}</button></p>`,
    })}</section>`;
}

function trial(webhook: WebhookDetail, csrf: string, path: string): Html {
  return html`<section class="setting" aria-labelledby="trial"><header><h2 id="trial">${words().try}</h2><p>${words().tryLead(html`<code>webhook.test</code>`)}</p></header>
    ${
      webhook.enabled
        ? form({ csrf, action: `${path}/test`, content: html`<button class="btn less">${words().sendTest}</button>` })
        : html`<p>${words().turnOn}</p>`
    }</section>`;
}

function logouts(uri: string, { clientId }: ClientSubject): Html {
  return html`<section class="setting" aria-labelledby="logouts"><header><h2 id="logouts">${words().logouts}</h2><p>${words().logoutsLead}</p></header>
    <div><p><code>${uri}</code></p><p><a href="${clientPath(clientId)}/edit">${words().logoutsChange}</a></p></div></section>`;
}

function removal({ frame, subject, problems, typed, reason }: Parameters<typeof webhooksPage>[0], path: string): Html {
  return html`<section class="panel grave" aria-labelledby="danger">
  <div class="setting"><header><h2 id="danger">${words().removeThis}</h2><p>${words().removeLead}</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${path}/remove`,
      kind: 'narrow',
      content: html`${reasonField({ name: 'reason', value: reason, problem: problems.reason })}<p class="small field">${words().client(html`<code><bdi>${plain(subject.name)}</bdi></code>`)}</p>${textField({ name: 'confirm', label: words().confirm, called: m().adminFrame.typed, value: typed, problem: problems.confirm, required: true })}<p class="field"><button class="btn danger">${words().remove}</button></p>`,
    })}</div>
</section>`;
}
