/**
 * Every mail, as a function from its facts to what it says. `frame.ts` makes HTML and text of that, so both parts have the
 * same sentences.
 */

import { m } from '../messages/index.ts';
import { apiKeyChanged, apiKeyEnding, apiKeyMade, apiKeyRevoked } from './api-keys.ts';
import {
  accountDeleted,
  accountLocked,
  factorAdded,
  factorRemoved,
  newBrowser,
  passwordChanged,
  recoveryCodeUsed,
} from './done.ts';
import { type RenderedMail, renderContent } from './frame.ts';
import { secretsLeaked } from './leaked.ts';
import {
  addressChanged,
  addressInUse,
  changeAddress,
  invitation,
  registration,
  resetPassword,
  verifyAddress,
} from './links.ts';
import { type Content, type Kind, type MailOf, type MailProps, whyOf } from './pieces.ts';

const contents: { readonly [K in Kind['kind']]: (props: MailOf<K>) => Content } = {
  verify_address: verifyAddress,
  reset_password: resetPassword,
  password_changed: passwordChanged,
  new_browser: newBrowser,
  factor_added: factorAdded,
  factor_removed: factorRemoved,
  passkey_added: factorAdded,
  recovery_code_used: recoveryCodeUsed,
  address_changed: addressChanged,
  address_change_requested: changeAddress,
  address_in_use: addressInUse,
  account_locked: accountLocked,
  account_deleted: accountDeleted,
  invitation,
  registration,
  secrets_leaked: secretsLeaked,
  api_key_made: apiKeyMade,
  api_key_changed: apiKeyChanged,
  api_key_revoked: apiKeyRevoked,
  api_key_ending: apiKeyEnding,
};

/** In the current language. */
export function renderMail(props: MailProps): RenderedMail {
  const contentOf = contents[props.kind] as (props: MailProps) => Content;
  const { why = whyOf(props), ...content } = contentOf(props);
  return renderContent({ ...content, why, never: m().mails.never });
}
