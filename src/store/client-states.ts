/** SQL conditions for the states of clients; `policy/client/state.ts` decides the same for one row. */
import type { RawBuilder } from 'kysely';
import type { ClientState } from '../policy/client/state.ts';
import { sql } from './builder.ts';

/** Literals instead of parameters, so that the partial indexes can be used. */
export const inState: Readonly<Record<ClientState, RawBuilder<boolean>>> = {
  draft: sql<boolean>`status = 'active' AND verified_at IS NULL AND submitted_at IS NULL`,
  in_review: sql<boolean>`status = 'active' AND submitted_at IS NOT NULL`,
  verified: sql<boolean>`status = 'active' AND verified_at IS NOT NULL`,
  suspended: sql<boolean>`status IN ('disabled', 'blocked')`,
};
