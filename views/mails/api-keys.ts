/** Mails about API keys. */
import { m } from '../messages/index.ts';
import { permissionsOf } from '../scopes.ts';
import type { Fact } from './frame.ts';
import { button, type Content, lead, type MailOf, moment, occasion } from './pieces.ts';

type Named = { facts: { name: string; looks: string }; issuer: string };

const keyFacts = ({ facts: { name, looks } }: Named): Fact[] => [
  { label: m().apiKeyMails.key, text: name, code: looks },
];
const keysButton = ({ issuer }: Named) => button(m().apiKeyMails.button, `${issuer}/account/api-keys`);

export function apiKeyMade(props: MailOf<'api_key_made'>): Content {
  const words = m().apiKeyMails;
  const { rotated, by } = props.facts;
  return {
    subject: rotated ? words.rotatedSubject : words.madeSubject,
    preview: words.preview,
    blocks: [
      lead(by === 'admin' ? words.madeByAdmin : words.madeLead),
      occasion(props, m().mails.when, keyFacts(props)),
      lead(m().mails.nothingToDo, m().mails.wasYou),
      lead(words.notYou, m().mails.wasNotYou),
      keysButton(props),
    ],
  };
}

export function apiKeyChanged(props: MailOf<'api_key_changed'>): Content {
  const words = m().apiKeyMails;
  const { by, further } = props.facts;
  const said = by === 'person' ? words.furtherLead : further ? words.furtherByAdmin : words.changedByAdmin;
  return {
    subject: further ? words.furtherSubject : words.changedSubject,
    preview: further ? words.preview : words.changedPreview,
    blocks: [
      lead(said),
      occasion(props, m().mails.when, [...keyFacts(props), ...changes(props)]),
      ...(by === 'person' ? [lead(m().mails.nothingToDo, m().mails.wasYou)] : []),
      ...(further ? [lead(words.notYou, by === 'person' ? m().mails.wasNotYou : words.notAsked)] : []),
      keysButton(props),
    ],
  };
}

/** Each right that was changed: as it was, and as it is. */
function changes({ facts: { scope, projects, networks, expires_at: end } }: MailOf<'api_key_changed'>): Fact[] {
  const { fields, allProjects, allNetworks, before, now } = m().apiKeyMails;
  const { never } = m().apiKeys.once;
  const titles = (scopes: readonly string[] | null) =>
    scopes
      ? permissionsOf([...scopes])
          .map(({ title }) => title)
          .join(', ')
      : '';
  const rows: [label: string, change: { before: string; after: string } | undefined][] = [
    [fields.scope, both(scope, titles)],
    [fields.projects, both(projects, (ids) => ids?.join(', ') ?? allProjects)],
    [fields.networks, both(networks, (ranges) => ranges?.join(', ') ?? allNetworks)],
    [fields.ends, both(end, (at) => (at === null ? never : moment(at)))],
  ];
  return rows.flatMap(([label, change]) =>
    change
      ? [
          { label: before(label), text: change.before },
          { label: now(label), text: change.after },
        ]
      : [],
  );
}

function both<T>(change: { before: T; after: T } | undefined, say: (value: T) => string) {
  return change && { before: say(change.before), after: say(change.after) };
}

export function apiKeyRevoked(props: MailOf<'api_key_revoked'>): Content {
  const words = m().apiKeyMails;
  return {
    subject: words.revokedSubject,
    preview: words.revokedPreview,
    blocks: [lead(words.revokedLead), occasion(props, m().mails.when, keyFacts(props)), keysButton(props)],
  };
}

export function apiKeyEnding(props: MailOf<'api_key_ending'>): Content {
  const words = m().apiKeyMails;
  const rows: Fact[] = [...keyFacts(props), { label: words.ends, text: moment(props.facts.ends) }];
  return {
    subject: words.endingSubject,
    preview: words.endingPreview,
    blocks: [lead(words.endingLead), { kind: 'facts', rows }, keysButton(props)],
  };
}
