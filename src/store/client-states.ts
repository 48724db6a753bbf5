/** The states of clients as conditions: policy/client/state says the same of one row. */
import { type RawBuilder, sql } from 'kysely';
import type { ClientState } from '../policy/client/state.ts';

/** Written out, not as parameters, so that a partial index serves. */
export const inState: Readonly<Record<ClientState, RawBuilder<boolean>>> = {
  draft: sql<boolean>`status = 'active' AND verified_at IS NULL AND submitted_at IS NULL`,
  in_review: sql<boolean>`status = 'active' AND submitted_at IS NOT NULL`,
  verified: sql<boolean>`status = 'active' AND verified_at IS NOT NULL`,
  suspended: sql<boolean>`status = 'disabled'`,
};
