/** The dependencies of the adapters. */

import type { RefreshTokens } from '../../operations/refresh-token.ts';
import type { Database } from '../../store/database.ts';
import type { Sealer } from '../../store/sealer.ts';
import type { ClientCache } from '../client-cache.ts';

export interface AdapterDeps {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly clients: ClientCache;
  readonly refreshTokens: RefreshTokens;
  readonly refreshLeewaySeconds: number;
}
