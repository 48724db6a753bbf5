/** Secrets were found where others can read them, and have ended. */
import { m } from '../messages/index.ts';
import type { Block, Fact } from './frame.ts';
import { button, type Content, type LeakedSecret, lead, type MailOf, moment } from './pieces.ts';

const words = () => m().leaked.mail;

export function secretsLeaked({ facts, issuer }: MailOf<'secrets_leaked'>): Content {
  const { at, secrets, more, unowned = false } = facts;
  const count = secrets.length + more;
  const [first] = secrets;
  const kinds = [...new Set(secrets.map(({ kind }) => kind))];
  return {
    subject: words().subject(count),
    preview: words().preview,
    blocks: [
      lead(words().lead(count)),
      ...secrets.map((secret): Block => ({ kind: 'facts', rows: rowsOf(secret) })),
      ...(more > 0 ? [lead(words().more(more))] : []),
      ...kinds.map((kind) => lead(words().todo[kind], kinds.length > 1 ? words().todoOf[kind] : undefined)),
      { kind: 'facts', rows: [{ label: m().mails.when, text: moment(at) }] },
      ...(first ? [button(words().button[first.kind], `${issuer}${pathOf(first, unowned)}`)] : []),
    ],
    ...(unowned && { why: words().unowned }),
  };
}

function rowsOf({ kind, shown, name, place, last }: LeakedSecret): Fact[] {
  return [
    { label: m().leaked.kinds[kind], text: name, code: shown },
    ...(place === undefined ? [] : [{ label: words().found, text: place }]),
    ...(last ? [{ label: words().lastLabel, text: words().last }] : []),
  ];
}

/** Where the recipient goes on. */
function pathOf({ kind, client }: LeakedSecret, unowned: boolean): string {
  if (kind === 'api_key') return '/account/api-keys';
  if (kind === 'refresh_token') return '/account/apps';
  const app = `${unowned ? '/admin/client' : '/account/your-apps'}/${encodeURIComponent(client ?? '')}`;
  return kind === 'client_secret' ? `${app}/secrets` : app;
}
