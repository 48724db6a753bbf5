import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { note } from '../../note.ts';
import { copyButtons } from '../../secret-once.ts';
import { type Html, plain } from '../../text.ts';
import { type ClientSubject, clientHead, clientPath } from '../clients/head.ts';
import { type Choice, checkbox, reasonField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { type DeliveryList, deliveriesPanel } from './deliveries.ts';
import { type EndpointSecret, endpointSecretSection, newEndpointSecret } from './secrets.ts';

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
  /** The values in the form: what is saved, or what was typed. */
  values: WebhookForm;
  problems: Readonly<Record<string, string>>;
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
  const { frame, subject, webhook } = props;
  const path = `${clientPath(subject.clientId)}/webhooks`;
  const { csrf } = frame;
  return adminLayout({
    frame,
    title: `Webhooks of ${subject.name}`,
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    subject: clientHead(subject, 'Webhooks'),
    content: html`${props.note}${props.secret && newEndpointSecret(props.secret, subject.clientId)}${webhook?.disabledReason && stopped(webhook.disabledReason)}
<div class="panel">
  ${endpoint(props, path)}
  ${webhook && endpointSecretSection({ csrf, path, secrets: webhook.secrets, now: props.now })}
  ${webhook && trial(webhook, csrf, path)}
</div>
${webhook && deliveriesPanel({ csrf, path, list: props.deliveries, problem: props.problems.since, enabled: webhook.enabled })}
${webhook && removal(props, path)}${props.secret && copyButtons()}`,
  });
}

const why = {
  gone: ['It answered 410 Gone, so we stopped.', 'Once it works again, turn it on and send what failed.'],
  failing: [
    'For three days nothing got through, so we stopped.',
    'Once it works again, turn it on and send what failed.',
  ],
} as const;

function stopped(reason: keyof typeof why): Html {
  const [what, todo] = why[reason];
  return note({ kind: 'warn', icon: icons.warning, what, todo });
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
    problems.events && html`<span class="hint no" id="events-problem" role="alert">Events ${problems.events}.</span>`;
  return html`<section class="setting" aria-labelledby="endpoint"><header><h2 id="endpoint">Endpoint</h2><p>${webhook ? 'Any answer of 2xx means received. Everything else is tried again for three days.' : 'We tell the app’s server at once, in signed requests, when access ends or something happens to the client. No endpoint is set up yet.'}</p></header>
    ${form({
      csrf: frame.csrf,
      action: path,
      content: html`${hidden('as_of', webhook?.version ?? '')}${textField({ name: 'url', label: 'Address', type: 'url', value: values.url, problem: problems.url, hint: 'https://, at a public address. Redirects are not followed.', required: true })}
      <fieldset class="field"${problem && html` aria-describedby="events-problem"`}><legend class="label">Events</legend><div class="boxes">${boxes}</div>${problem}</fieldset>
      ${webhook && checkbox({ name: 'enabled', value: 'yes', label: 'On', checked: values.enabled, hint: 'Events that happen while it is off are not sent, not even later.' })}
      <p class="field"><button class="btn${webhook ? '' : ' solid'}">${webhook ? 'Save' : 'Set up'}</button></p>`,
    })}</section>`;
}

function trial(webhook: WebhookDetail, csrf: string, path: string): Html {
  return html`<section class="setting" aria-labelledby="trial"><header><h2 id="trial">Try it</h2><p>An event of type <code>webhook.test</code>, signed like any other.</p></header>
    ${
      webhook.enabled
        ? form({ csrf, action: `${path}/test`, content: html`<button class="btn less">Send a test event</button>` })
        : html`<p>Turn the webhook on first.</p>`
    }</section>`;
}

function removal({ frame, subject, problems, typed, reason }: Parameters<typeof webhooksPage>[0], path: string): Html {
  return html`<section class="panel grave" aria-labelledby="danger">
  <div class="setting"><header><h2 id="danger">Remove this webhook</h2><p>Its secrets and its log go too, for good. Events that wait are not sent.</p></header>
    ${form({
      csrf: frame.csrf,
      action: `${path}/remove`,
      kind: 'narrow',
      content: html`${reasonField({ name: 'reason', value: reason, problem: problems.reason })}<p class="small field">The client is <code><bdi>${plain(subject.name)}</bdi></code></p>${textField({ name: 'confirm', label: 'Type its name to confirm', value: typed, problem: problems.confirm, required: true })}<p class="field"><button class="btn danger">Remove the webhook</button></p>`,
    })}</div>
</section>`;
}
