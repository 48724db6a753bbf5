/** The dependencies of the pages and endpoints. */
import type { Config } from '../config/index.ts';
import type { Logger } from '../log/index.ts';
import type { Engine } from '../oidc/engine.ts';
import type { ClientDocuments } from '../operations/client-documents.ts';
import type { Passwords } from '../operations/passwords.ts';
import type { SignInCounts } from '../operations/sign-in-counts.ts';
import type { ListProjects } from '../outbound/project-list.ts';
import type { Upstreams } from '../outbound/upstreams.ts';
import type { Database } from '../store/database.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import type { Reads } from '../store/reads.ts';
import type { Sealer } from '../store/sealer.ts';
import type { Csrf } from './http/csrf.ts';

export interface WebDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly db: Database;
  /** For pages that show lists and statistics; see http/reads.ts. */
  readonly reads: Reads;
  readonly engine: Engine;
  /** Reads the documents of clients whose id is a URL. Loaded with the first one. */
  readonly documents: () => Promise<ClientDocuments>;
  readonly csrf: Csrf;
  readonly passwords: Passwords;
  readonly limits: RateLimits;
  readonly signIns: SignInCounts;
  readonly sealer: Sealer;
  /** Lists the projects of people; undefined if no API does. */
  readonly projects: ListProjects | undefined;
  /** Other providers at which people sign in. */
  readonly upstreams: Upstreams;
}
