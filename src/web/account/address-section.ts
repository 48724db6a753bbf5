/** The address of a person on the security page, for the page itself and for its form when that is refused. */
import { addressSection } from '../../../views/account/address.ts';
import type { WebDeps } from '../deps.ts';
import type { SignedIn } from '../http/session.ts';

type Added = Pick<Parameters<typeof addressSection>[0], 'problem' | 'typed'>;

/** The section of the security page about the person’s address. */
export function addressOf({ csrf }: Pick<WebDeps, 'csrf'>, { account, binding }: SignedIn, added: Added = {}) {
  return addressSection({
    csrf: csrf.token(binding),
    email: account.email,
    verified: account.email_verified,
    ...added,
  });
}
