/**
 * Every mail, as a function from its facts to what it says. `frame.ts` makes HTML and text of that, so both parts have the
 * same sentences.
 */
import { type Block, type Fact, type MailContent, type RenderedMail, renderContent } from './frame.ts';
import { texts } from './texts.ts';

type Occasion = { at: string; ip?: string | undefined; browser?: string | undefined };
type FactorName = 'totp' | 'recovery_codes' | 'passkey' | 'upstream';

/** The kinds of mails with their facts. */
type Kind =
  | {
      kind: 'verify_address' | 'reset_password' | 'account_locked' | 'account_deleted' | 'address_in_use';
      facts: Occasion;
    }
  | { kind: 'password_changed'; facts: Occasion & { by: 'person' | 'link' | 'admin' } }
  | { kind: 'new_browser'; facts: Occasion & { how: readonly string[]; app?: string | undefined } }
  | { kind: 'factor_added'; facts: Occasion & { factor: FactorName; name?: string | undefined } }
  | {
      kind: 'factor_removed';
      facts: Occasion & { factor: FactorName; name?: string | undefined; by?: 'person' | 'admin' | undefined };
    }
  | { kind: 'passkey_added'; facts: Occasion & { name: string } }
  | { kind: 'recovery_code_used'; facts: Occasion & { left: number } }
  | { kind: 'address_changed'; facts: Occasion & { to: string } }
  | { kind: 'address_change_requested'; facts: Occasion & { from: string } }
  | { kind: 'invitation'; facts: { at: string; by?: string | undefined; name?: string | undefined } };

type Addressed = {
  /** The recipient. */
  to: string;
  /** The origin of this server. */
  issuer: string;
  /** The link that the mail holds, and until when it works. */
  link?: { href: string; until: Date } | undefined;
  /** The account has a second step, which a reset asks for. */
  secondStep?: boolean | undefined;
};

export type MailProps = Kind & Addressed;

export function renderMail(props: MailProps, language: string): RenderedMail {
  const { subject, preview, blocks, why } = contentOf(props);
  return renderContent({ subject, preview, blocks, why: why ?? whyOf(props), never: texts.never }, language);
}

type Content = Omit<MailContent, 'why' | 'never'> & { why?: string };

function contentOf(props: MailProps): Content {
  switch (props.kind) {
    case 'verify_address':
      return {
        subject: texts.verifySubject,
        preview: texts.verifyPreview,
        blocks: [
          lead(texts.verifyLead),
          ...linked(props, texts.verifyButton),
          occasion(props.facts, texts.asked),
          quiet(texts.verifyNotYou, texts.wasNotYou),
        ],
      };
    case 'reset_password':
      return {
        subject: texts.resetSubject,
        preview: texts.resetPreview,
        blocks: [
          lead(texts.resetLead),
          ...linked(props, texts.setPassword, props.secondStep ? ` ${texts.resetSecondStep}` : ''),
          occasion(props.facts, texts.asked),
          quiet(texts.resetNotYou, texts.wasNotYou),
        ],
      };
    case 'password_changed':
      return told(props, texts.passwordSubject, texts.passwordPreview, texts.passwordLead[props.facts.by]);
    case 'new_browser':
      return newBrowser(props);
    case 'factor_added':
    case 'passkey_added':
      return factorAdded(props);
    case 'factor_removed':
      return told(
        props,
        texts.factorRemovedNames[props.facts.factor],
        texts.factorRemovedPreview,
        props.facts.by === 'admin' ? texts.factorRemovedByAdmin : texts.factorRemovedLead,
        named(props.facts.name),
      );
    case 'recovery_code_used': {
      const { left } = props.facts;
      return told(props, texts.recoverySubject, texts.recoveryPreview(left), texts.recoveryLead(left));
    }
    case 'address_change_requested':
      return {
        subject: texts.changeSubject,
        preview: texts.changePreview,
        blocks: [
          lead(texts.changeLead(props.facts.from)),
          ...linked(props, texts.verifyButton),
          occasion(props.facts, texts.asked),
          quiet(texts.changeNotYou, texts.wasNotYou),
        ],
        why: texts.wasTyped(props.to, hostOf(props.issuer)),
      };
    case 'address_changed':
      return addressChanged(props);
    case 'account_locked':
      return {
        subject: texts.lockedSubject,
        preview: texts.lockedPreview,
        blocks: [
          lead(texts.lockedLead),
          occasion(props.facts, texts.when),
          lead(texts.lockedTodo),
          button(texts.setPassword, `${props.issuer}/reset`),
        ],
      };
    case 'invitation':
      return invitation(props);
    case 'address_in_use':
      return {
        subject: texts.inUseSubject,
        preview: texts.inUsePreview,
        blocks: [
          lead(texts.inUseLead),
          button(texts.inUseButton, `${props.issuer}/sign-in`),
          occasion(props.facts, texts.asked),
          quiet(texts.inUseNotYou, texts.wasNotYou),
        ],
      };
    case 'account_deleted':
      return {
        subject: texts.deletedSubject,
        preview: texts.deletedPreview,
        blocks: [
          lead(texts.deletedLead),
          occasion(props.facts, texts.when),
          quiet(texts.deletedNotYou, texts.wasNotYou),
        ],
        why: texts.hadAccount(props.to, hostOf(props.issuer)),
      };
  }
}

/** Something happened: what, when and from where, and what to do if it was somebody else. */
function told(
  props: { facts: Occasion; issuer: string },
  subject: string,
  preview: string,
  text: string,
  more: Fact[] = [],
): Content {
  return {
    subject,
    preview,
    blocks: [
      lead(text),
      occasion(props.facts, texts.when, more),
      lead(texts.nothingToDo, texts.wasYou),
      lead(texts.wasNotYouChange, texts.wasNotYou),
      button(texts.setPassword, `${props.issuer}/reset`),
    ],
  };
}

function newBrowser({ facts, issuer }: Extract<MailProps, { kind: 'new_browser' }>): Content {
  const { browser, ip, at, how, app } = facts;
  const words = how.flatMap((method) => methodWords(method));
  const rows: Fact[] = [
    { label: texts.when, text: moment(at) },
    ...(ip === undefined ? [] : [{ label: texts.from, code: ip }]),
    ...(words.length > 0 ? [{ label: texts.how, text: texts.and([...new Set(words)]) }] : []),
    ...(app === undefined ? [] : [{ label: texts.app, text: app }]),
  ];
  return {
    subject: browser === undefined ? texts.browserSubjectUnknown : texts.browserSubject(browser),
    preview: texts.browserPreview,
    blocks: [
      lead(texts.browserLead),
      { kind: 'facts', rows },
      lead(texts.nothingToDo, texts.wasYou),
      lead(texts.browserEnd, texts.wasNotYou),
      button(texts.browserButton, `${issuer}/account/sessions`),
    ],
    why: texts.browserWhy,
  };
}

/** The methods of `amr` that people know: `mfa` and `user` say nothing new. */
function methodWords(method: string): string[] {
  const { pwd, otp, rcv, passkey, fed } = texts.methods;
  const known: Readonly<Record<string, string>> = { pwd, otp, rcv, hwk: passkey, swk: passkey, fed };
  const words = known[method];
  return words === undefined ? [] : [words];
}

function factorAdded(props: Extract<MailProps, { kind: 'factor_added' | 'passkey_added' }>): Content {
  const [factor, name] =
    props.kind === 'passkey_added'
      ? (['passkey', props.facts.name] as const)
      : ([props.facts.factor, props.facts.name] as const);
  const subject = texts.factorAddedSubject(texts.factorNames[factor]);
  return told(props, subject, texts.factorAddedPreview, texts.factorAddedLead, named(name));
}

const named = (name: string | undefined): Fact[] => (name === undefined ? [] : [{ label: texts.passkey, text: name }]);

function addressChanged(props: Extract<MailProps, { kind: 'address_changed' }>): Content {
  const { facts, link } = props;
  return {
    subject: texts.changedSubject,
    preview: texts.changedPreview,
    blocks: [
      lead(texts.changedLead(facts.to)),
      occasion(facts, texts.when, [{ label: texts.newAddress, text: facts.to }]),
      lead(texts.nothingToDo, texts.wasYou),
      ...(link
        ? [lead(texts.changedUndo(moment(link.until)), texts.wasNotYou), button(texts.changedButton, link.href)]
        : []),
    ],
    why: texts.hadAccount(props.to, hostOf(props.issuer)),
  };
}

function invitation(props: Extract<MailProps, { kind: 'invitation' }>): Content {
  const { by, at } = props.facts;
  const host = hostOf(props.issuer);
  return {
    subject: by === undefined ? texts.registerSubject : texts.invitationSubject,
    preview: texts.invitationPreview,
    blocks: [
      lead(by === undefined ? texts.registerLead : texts.invitationLead(by)),
      ...linked(props, texts.invitationButton),
      { kind: 'facts', rows: [{ label: texts.asked, text: moment(at) }] },
      quiet(texts.invitationNotYou, by === undefined ? texts.wasNotYou : undefined),
    ],
    why: by === undefined ? texts.wasTyped(props.to, host) : texts.wasInvited(props.to, host),
  };
}

const lead = (text: string, bold?: string): Block => ({ kind: 'lead', text, ...(bold !== undefined && { bold }) });
const quiet = (text: string, bold?: string): Block => ({ kind: 'quiet', text, ...(bold !== undefined && { bold }) });
const button = (label: string, href: string): Block => ({ kind: 'button', label, href });

/** The link as a button, and until when it works. */
function linked({ link }: Addressed, label: string, more = ''): Block[] {
  if (!link) return [];
  return [button(label, link.href), quiet(`${texts.verifyUntil(moment(link.until))}${more}`)];
}

function occasion({ at, ip, browser }: Occasion, label: string, more: Fact[] = []): Block {
  const from = browser === undefined && ip === undefined ? [] : [{ label: texts.from, text: browser, code: ip }];
  return { kind: 'facts', rows: [{ label, text: moment(at) }, ...from, ...more] };
}

const whyOf = ({ to, issuer }: Addressed): string => texts.hasAccount(to, hostOf(issuer));

const hostOf = (issuer: string): string => new URL(issuer).host;

const format = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** "24 November 2026 at 07:52 UTC": mails do not know where their readers are. */
const moment = (at: string | Date): string => `${format.format(new Date(at))} UTC`;
