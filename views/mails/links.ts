/** Mails with a link that allows something. */
import { button, type Content, hostOf, lead, linked, type MailOf, moment, occasion, quiet } from './pieces.ts';
import { texts } from './texts.ts';

export function verifyAddress(props: MailOf<'verify_address'>): Content {
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
}

export function resetPassword(props: MailOf<'reset_password'>): Content {
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
}

export function changeAddress(props: MailOf<'address_change_requested'>): Content {
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
}

export function addressChanged(props: MailOf<'address_changed'>): Content {
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

/** An address that somebody wants to use, and that has an account already. */
export function addressInUse({ facts, issuer }: MailOf<'address_in_use'>): Content {
  return {
    subject: texts.inUseSubject,
    preview: texts.inUsePreview,
    blocks: [
      lead(texts.inUseLead),
      button(texts.inUseButton, `${issuer}/sign-in`),
      occasion(facts, texts.asked),
      quiet(texts.inUseNotYou, texts.wasNotYou),
    ],
  };
}

/** For people without an account: from an admin, or because they registered themselves. */
export function invitation(props: MailOf<'invitation'>): Content {
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
