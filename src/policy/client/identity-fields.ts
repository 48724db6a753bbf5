/** The identity of a client: what people read about it, and the account that is responsible for it. See field.ts. */

import { z } from 'zod';
import { normaliseEmail } from '../emails.ts';
import { descriptionProblem, nameProblem } from '../names.ts';
import { problemText } from '../problem-texts.ts';
import { checkWebAddress } from '../web-addresses.ts';
import { contactsProblem } from './contacts.ts';
import { address, field, list, text, trimmed } from './field.ts';
import { nameFields } from './name-fields.ts';
import { readFields } from './read-fields.ts';

export const identityFields = {
  ...nameFields,
  description: field(trimmed(1200).nullable(), {
    label: 'What it is for',
    phrase: 'what it is for',
    hint: 'One sentence: what it does with people’s projects. People read it once the app is verified.',
    doc: 'What it is for, in its own words',
    flag: { name: 'description', value: 'TEXT', doc: 'what it is for; people read this once it is verified' },
    control: 'line',
    section: 'identity',
    setBy: 'owner',
    review: 'covered',
    needed: 'always',
    ...readFields.description,
    problem: descriptionProblem,
  }),
  owner_name: field(trimmed(400).nullable(), {
    label: 'Run by',
    phrase: 'who runs it',
    hint: 'A company or a person. People read it below the name.',
    flag: { name: 'owner', value: 'NAME', doc: 'who runs it; people read this' },
    control: 'line',
    section: 'identity',
    question: 2,
    setBy: 'owner',
    review: 'covered',
    needed: 'always',
    ...readFields.owner_name,
    problem: nameProblem,
  }),
  owner_email: field(
    text(254)
      .overwrite((email) => normaliseEmail(email) ?? email)
      .nullable(),
    {
      label: 'Its developer’s account',
      phrase: 'owner’s account',
      hint: 'The address of somebody who can sign in here.',
      doc: 'The address of an account here',
      flag: { name: 'owner-email', value: 'EMAIL', doc: 'the account here that it belongs to' },
      control: 'line',
      section: 'identity',
      question: 3,
      setBy: 'admin',
      review: 'covered',
      problem: (email) => (normaliseEmail(email) === undefined ? problemText('email') : undefined),
    },
  ),
  client_uri: field(address, {
    label: 'Home page',
    phrase: 'home page',
    hint: 'An https address of its own. Its host is what people see.',
    flag: { name: 'homepage', value: 'URI', doc: 'its https address (client_uri)' },
    control: 'line',
    section: 'identity',
    question: 4,
    setBy: 'owner',
    review: 'covered',
    needed: 'always',
    ...readFields.client_uri,
    problem: checkWebAddress,
  }),
  policy_uri: field(address, {
    label: 'Privacy policy',
    phrase: 'privacy policy',
    hint: 'The address of what it does with what people let it see.',
    flag: { name: 'privacy', value: 'URI', doc: 'its privacy policy (policy_uri)' },
    control: 'line',
    section: 'identity',
    setBy: 'owner',
    review: 'covered',
    needed: 'interactive',
    ...readFields.policy_uri,
    problem: checkWebAddress,
  }),
  tos_uri: field(address, {
    label: 'Terms of use',
    phrase: 'terms of use',
    flag: { name: 'terms', value: 'URI', doc: 'its terms of use (tos_uri)' },
    control: 'line',
    section: 'identity',
    setBy: 'owner',
    review: 'covered',
    ...readFields.tos_uri,
    problem: checkWebAddress,
  }),
  support_uri: field(address, {
    label: 'Help for its users',
    phrase: 'help for its users',
    hint: 'The address of a page where people find help. Once the app is verified, the consent page leads there.',
    doc: 'Where people find help with the app; shown on the consent page of a verified app',
    flag: { name: 'support', value: 'URI', doc: 'where its users find help (support_uri)' },
    control: 'line',
    section: 'identity',
    setBy: 'owner',
    review: 'covered',
    ...readFields.support_uri,
    problem: checkWebAddress,
  }),
  contacts: field(list(10, 254), {
    label: 'Contacts',
    phrase: 'contacts',
    hint: 'Email addresses, one a line. VibeCaaS writes there.',
    flag: { name: 'contact', value: 'EMAIL', doc: 'an address for questions about it' },
    control: 'lines',
    section: 'identity',
    setBy: 'owner',
    review: 'shown',
    needed: 'always',
    problem: contactsProblem,
  }),
  first_party: field(z.boolean(), {
    label: 'VibeCaaS’s own',
    phrase: 'being VibeCaaS’s own',
    hint: 'People are not asked whether it may, except by a native app or a device.',
    flag: {
      name: 'first-party',
      doc: 'VibeCaaS’s own: people are not asked for consent, except by a native app or a device',
      negation: { name: 'no-first-party', doc: 'people are asked for consent again' },
    },
    setBy: 'admin',
    review: 'ignored',
  }),
};
