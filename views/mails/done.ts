/** Mails about what happened. */

import { listFormat } from '../messages/formats.ts';
import { m } from '../messages/index.ts';
import type { Fact } from './frame.ts';
import {
  type Addressed,
  button,
  type Content,
  hostOf,
  lead,
  type MailOf,
  moment,
  type Occasion,
  occasion,
  quiet,
} from './pieces.ts';

/** Something happened: what, when and from where, and what to do if it was somebody else. */
function told(
  props: Addressed & { facts: Occasion },
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
      occasion(props, m().mails.when, more),
      lead(m().mails.nothingToDo, m().mails.wasYou),
      lead(m().mails.wasNotYouChange, m().mails.wasNotYou),
      button(m().mails.setPassword, `${props.issuer}/reset`),
    ],
  };
}

export function newBrowser({ facts, issuer, browser }: MailOf<'new_browser'>): Content {
  const { ip, at, how, app } = facts;
  const words = how.flatMap((method) => methodWords(method));
  const rows: Fact[] = [
    { label: m().mails.when, text: moment(at) },
    ...(ip === undefined ? [] : [{ label: m().mails.from, code: ip }]),
    ...(words.length > 0 ? [{ label: m().mails.how, text: listFormat().format(new Set(words)) }] : []),
    ...(app === undefined ? [] : [{ label: m().mails.app, text: app }]),
  ];
  return {
    subject: browser === undefined ? m().mails.browserSubjectUnknown : m().mails.browserSubject(browser),
    preview: m().mails.browserPreview,
    blocks: [
      lead(m().mails.browserLead),
      { kind: 'facts', rows },
      lead(m().mails.nothingToDo, m().mails.wasYou),
      lead(m().mails.browserEnd, m().mails.wasNotYou),
      button(m().mails.browserButton, `${issuer}/account/sessions`),
    ],
    why: m().mails.browserWhy,
  };
}

/** The methods of `amr` that people know: `mfa` and `user` say nothing new. */
function methodWords(method: string): string[] {
  const { pwd, otp, rcv, passkey, fed } = m().mails.methods;
  const known: Readonly<Record<string, string>> = { pwd, otp, rcv, hwk: passkey, swk: passkey, fed };
  const words = known[method];
  return words === undefined ? [] : [words];
}

export function factorAdded(props: MailOf<'factor_added' | 'passkey_added'>): Content {
  const [factor, name] =
    props.kind === 'passkey_added'
      ? (['passkey', props.facts.name] as const)
      : ([props.facts.factor, props.facts.name] as const);
  const subject = m().mails.factorAddedSubject(m().mails.factorNames[factor]);
  return told(props, subject, m().mails.factorAddedPreview, m().mails.factorAddedLead, named(name));
}

const named = (name: string | undefined): Fact[] =>
  name === undefined ? [] : [{ label: m().mails.passkey, text: name }];

export function passwordChanged(props: MailOf<'password_changed'>): Content {
  return told(props, m().mails.passwordSubject, m().mails.passwordPreview, m().mails.passwordLead[props.facts.by]);
}

export function factorRemoved(props: MailOf<'factor_removed'>): Content {
  const { factor, by, name, passkeys = [] } = props.facts;
  const text = by === 'admin' ? m().mails.factorRemovedByAdmin : m().mails.factorRemovedLead;
  const { appAndPasskeysRemoved, passkeysRemoved } = m().secondStepMails;
  const subject =
    factor === 'totp' && passkeys.length > 0
      ? appAndPasskeysRemoved
      : passkeys.length > 1
        ? passkeysRemoved
        : m().mails.factorRemovedNames[factor];
  return told(props, subject, m().mails.factorRemovedPreview, text, [...named(name), ...passkeys.flatMap(named)]);
}

export function recoveryCodeUsed(props: MailOf<'recovery_code_used'>): Content {
  const { left } = props.facts;
  return told(props, m().mails.recoverySubject, m().mails.recoveryPreview(left), m().mails.recoveryLead(left));
}

export function accountLocked(props: MailOf<'account_locked'>): Content {
  const { lockedSubject, lockedPreview, lockedLead, lockedTodo } = m().mails;
  const { codesSubject, codesPreview, codesLead, codesTodo } = m().secondStepMails;
  const ofCodes = props.facts.guessed === 'codes';
  return {
    subject: ofCodes ? codesSubject : lockedSubject,
    preview: ofCodes ? codesPreview : lockedPreview,
    blocks: [
      lead(ofCodes ? codesLead : lockedLead),
      occasion(props, m().mails.when),
      lead(ofCodes ? codesTodo : lockedTodo),
      button(m().mails.setPassword, `${props.issuer}/reset`),
    ],
  };
}

export function accountDeleted(props: MailOf<'account_deleted'>): Content {
  return {
    subject: m().mails.deletedSubject,
    preview: m().mails.deletedPreview,
    blocks: [
      lead(m().mails.deletedLead),
      occasion(props, m().mails.when),
      quiet(m().mails.deletedNotYou, m().mails.wasNotYou),
    ],
    why: m().mails.hadAccount(props.to, hostOf(props.issuer)),
  };
}
