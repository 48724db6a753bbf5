/** Mails about what happened. */
import type { Fact } from './frame.ts';
import { button, type Content, hostOf, lead, type MailOf, moment, type Occasion, occasion, quiet } from './pieces.ts';
import { texts } from './texts.ts';

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

export function newBrowser({ facts, issuer }: MailOf<'new_browser'>): Content {
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

export function factorAdded(props: MailOf<'factor_added' | 'passkey_added'>): Content {
  const [factor, name] =
    props.kind === 'passkey_added'
      ? (['passkey', props.facts.name] as const)
      : ([props.facts.factor, props.facts.name] as const);
  const subject = texts.factorAddedSubject(texts.factorNames[factor]);
  return told(props, subject, texts.factorAddedPreview, texts.factorAddedLead, named(name));
}

const named = (name: string | undefined): Fact[] => (name === undefined ? [] : [{ label: texts.passkey, text: name }]);

export function passwordChanged(props: MailOf<'password_changed'>): Content {
  return told(props, texts.passwordSubject, texts.passwordPreview, texts.passwordLead[props.facts.by]);
}

export function factorRemoved(props: MailOf<'factor_removed'>): Content {
  const { factor, by, name } = props.facts;
  const text = by === 'admin' ? texts.factorRemovedByAdmin : texts.factorRemovedLead;
  return told(props, texts.factorRemovedNames[factor], texts.factorRemovedPreview, text, named(name));
}

export function recoveryCodeUsed(props: MailOf<'recovery_code_used'>): Content {
  const { left } = props.facts;
  return told(props, texts.recoverySubject, texts.recoveryPreview(left), texts.recoveryLead(left));
}

export function accountLocked({ facts, issuer }: MailOf<'account_locked'>): Content {
  return {
    subject: texts.lockedSubject,
    preview: texts.lockedPreview,
    blocks: [
      lead(texts.lockedLead),
      occasion(facts, texts.when),
      lead(texts.lockedTodo),
      button(texts.setPassword, `${issuer}/reset`),
    ],
  };
}

export function accountDeleted({ facts, to, issuer }: MailOf<'account_deleted'>): Content {
  return {
    subject: texts.deletedSubject,
    preview: texts.deletedPreview,
    blocks: [lead(texts.deletedLead), occasion(facts, texts.when), quiet(texts.deletedNotYou, texts.wasNotYou)],
    why: texts.hadAccount(to, hostOf(issuer)),
  };
}
