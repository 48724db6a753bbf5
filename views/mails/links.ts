/** Mails with a link that allows something. */

import { m } from '../messages/index.ts';
import { button, type Content, hostOf, lead, linked, type MailOf, moment, occasion, quiet } from './pieces.ts';

export function verifyAddress(props: MailOf<'verify_address'>): Content {
  return {
    subject: m().mails.verifySubject,
    preview: m().mails.verifyPreview,
    blocks: [
      lead(m().mails.verifyLead),
      ...linked(props, m().mails.verifyButton),
      occasion(props, m().mails.asked),
      quiet(m().mails.verifyNotYou, m().mails.wasNotYou),
    ],
  };
}

export function resetPassword(props: MailOf<'reset_password'>): Content {
  return {
    subject: m().mails.resetSubject,
    preview: m().mails.resetPreview,
    blocks: [
      lead(m().mails.resetLead),
      ...linked(props, m().mails.setPassword, props.secondStep ? ` ${m().mails.resetSecondStep}` : ''),
      occasion(props, m().mails.asked),
      quiet(m().mails.resetNotYou, m().mails.wasNotYou),
    ],
  };
}

export function changeAddress(props: MailOf<'address_change_requested'>): Content {
  return {
    subject: m().mails.changeSubject,
    preview: m().mails.changePreview,
    blocks: [
      lead(m().mails.changeLead(props.facts.from)),
      ...linked(props, m().mails.verifyButton),
      occasion(props, m().mails.asked),
      quiet(m().mails.changeNotYou, m().mails.wasNotYou),
    ],
    why: m().mails.wasTyped(props.to, hostOf(props.issuer)),
  };
}

export function addressChanged(props: MailOf<'address_changed'>): Content {
  const { facts, link } = props;
  return {
    subject: m().mails.changedSubject,
    preview: m().mails.changedPreview,
    blocks: [
      lead(m().mails.changedLead(facts.to)),
      occasion(props, m().mails.when, [{ label: m().mails.newAddress, text: facts.to }]),
      lead(m().mails.nothingToDo, m().mails.wasYou),
      ...(link
        ? [
            lead(m().mails.changedUndo(moment(link.until)), m().mails.wasNotYou),
            button(m().mails.changedButton, link.href),
          ]
        : []),
    ],
    why: m().mails.hadAccount(props.to, hostOf(props.issuer)),
  };
}

/** An address that somebody wants to use, and that has an account already. */
export function addressInUse(props: MailOf<'address_in_use'>): Content {
  return {
    subject: m().mails.inUseSubject,
    preview: m().mails.inUsePreview,
    blocks: [
      lead(m().mails.inUseLead),
      button(m().mails.inUseButton, `${props.issuer}/sign-in`),
      occasion(props, m().mails.asked),
      quiet(m().mails.inUseNotYou, m().mails.wasNotYou),
    ],
  };
}

/** For people without an account, from an admin. */
export function invitation(props: MailOf<'invitation'>): Content {
  const { by, at } = props.facts;
  return {
    subject: m().mails.invitationSubject,
    preview: m().mails.invitationPreview,
    blocks: [
      lead(m().mails.invitationLead(by)),
      ...linked(props, m().mails.invitationButton),
      { kind: 'facts', rows: [{ label: m().mails.asked, text: moment(at) }] },
      quiet(m().mails.invitationNotYou, m().mails.invitationStrange),
    ],
    why: m().mails.wasInvited(props.to, hostOf(props.issuer)),
  };
}

/** For people without an account who want one. */
export function registration(props: MailOf<'registration'>): Content {
  return {
    subject: m().mails.registerSubject,
    preview: m().mails.verifyPreview,
    blocks: [
      lead(m().mails.registerLead),
      ...linked(props, m().mails.invitationButton),
      occasion(props, m().mails.asked),
      quiet(m().mails.invitationNotYou, m().mails.wasNotYou),
    ],
    why: m().mails.wasTyped(props.to, hostOf(props.issuer)),
  };
}
