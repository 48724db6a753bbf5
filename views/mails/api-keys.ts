/** Mails about API keys. */
import { m } from '../messages/index.ts';
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
