import { html } from 'hono/html';
import { type Html, name } from '../../text.ts';
import { ago, day } from '../../time.ts';
import { type Act, actPage } from '../act.ts';
import type { Problems } from '../fields.ts';
import type { AdminFrame } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';
import { type ClientSecret, secretName, secretWords } from './secrets.ts';

/**
 * Says what stops when a secret of a client is removed, and asks. `living` holds all of its secrets, `secret` among
 * them.
 */
export function secretRemovalPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  secret: ClientSecret;
  living: ClientSecret[];
  /** Identifies the secrets that the admin saw, so that the form applies to no others. */
  seen: string;
  /** Something that was not done, and why. */
  warning?: { what: string; todo: string };
  problems: Problems;
  reason: string;
  now: Date;
}): string {
  const { frame, subject, secret, now } = props;
  const path = clientPath(subject.clientId);
  const others = props.living.filter(({ id }) => id !== secret.id);
  const warning = props.warning ?? (others.length === 0 ? onlyOne : undefined);
  const act: Act = {
    title: `Remove a secret of ${subject.name}`,
    heading: html`Remove <code>${secretName(secret)}</code>?`,
    effects: [
      html`${facts(secret, now)}`,
      html`Whatever still proves with it that it is ${name(subject.name)} is refused at once: it gets no token, refreshes none, and can’t introspect or revoke one.`,
      html`Access tokens that it has already got work until they end, within an hour.`,
      ...others.map((other) => goesOn(other, now)),
      html`This can’t be undone: only a fingerprint of it is kept.`,
    ],
    ...(warning && { warning }),
    button: html`Remove ${secretWords(secret)}`,
    action: `${path}/secrets/${secret.id}/remove`,
    back: `${path}/secrets`,
    hidden: { seen: props.seen },
  };
  return actPage({
    frame,
    tab: 'clients',
    act,
    subject: clientHead(subject, 'Secrets'),
    problems: props.problems,
    reason: props.reason,
  });
}

const onlyOne = {
  what: 'It is the only one.',
  todo: 'The client can do nothing until you make another and its developers have put that in place.',
};

function facts({ created, lastUsed, expires }: ClientSecret, now: Date): Html {
  return html`It was made on ${day(created)} and ${lastUsed ? html`last used ${ago(lastUsed, now)}` : 'never used'}${expires && html`; it would end by itself on ${day(expires)}`}.`;
}

function goesOn(secret: ClientSecret, now: Date): Html {
  const used = secret.lastUsed ? `last used ${ago(secret.lastUsed, now)}` : 'never used yet';
  return html`The other one, <code>${secretName(secret)}</code>, ${used}, goes on${secret.expires && html` until ${day(secret.expires)}`}.`;
}
