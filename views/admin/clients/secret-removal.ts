import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { type Html, name } from '../../text.ts';
import { ago, day } from '../../time.ts';
import { type Act, actPage } from '../act.ts';
import type { Problems } from '../fields.ts';
import type { AdminFrame } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';
import { type ClientSecret, secretName, secretWords } from './secrets.ts';

const words = () => m().adminClientActs.removal;

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
  const warning = props.warning ?? (others.length === 0 ? words().onlyOne : undefined);
  const act: Act = {
    title: words().title(subject.name),
    heading: words().question(html`<code>${secretName(secret)}</code>`),
    effects: [
      html`${facts(secret, now)}`,
      words().refused(name(subject.name)),
      html`${words().remaining}`,
      ...others.map((other) => goesOn(other, now)),
      html`${words().final}`,
    ],
    ...(warning && { warning }),
    button: words().button(secretWords(secret)),
    action: `${path}/secrets/${secret.id}/remove`,
    back: `${path}/secrets`,
    hidden: { seen: props.seen },
  };
  return actPage({
    frame,
    tab: 'clients',
    act,
    subject: clientHead(subject, 'secrets'),
    problems: props.problems,
    reason: props.reason,
  });
}

function facts({ created, lastUsed, expires }: ClientSecret, now: Date): Html {
  const said = lastUsed ? words().madeUsed(day(created), ago(lastUsed, now)) : words().madeUnused(day(created));
  return expires ? words().wouldEnd(said, day(expires)) : html`${said}.`;
}

function goesOn(secret: ClientSecret, now: Date): Html {
  const used = secret.lastUsed ? words().used(ago(secret.lastUsed, now)) : words().unused;
  const called = html`<code>${secretName(secret)}</code>`;
  return secret.expires ? words().otherUntil(called, used, day(secret.expires)) : words().other(called, used);
}
