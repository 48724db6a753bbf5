/** A session of an account, as the admin's pages show it. */
import type { SessionRow } from '../../../../views/admin/accounts/session.ts';
import { nameBrowser } from '../../../policy/browsers.ts';
import type { ListedSession } from '../../../store/session-list.ts';

export function sessionRow(session: ListedSession): SessionRow {
  const { id, signed_in_at: at, last_seen_at: lastSeen, user_agent: header, address } = session;
  return {
    id,
    lastSeen,
    ...(at && { signedIn: at }),
    ...(header && { browser: nameBrowser(header) }),
    ...(address && { address }),
  };
}
