/** The dependencies of the admin API. */
import type { Logger } from '../../log/index.ts';
import type { Sealer } from '../../store/sealer.ts';
import type { WebDeps } from '../deps.ts';

export interface AdminApiDeps extends Pick<WebDeps, 'config' | 'db' | 'documents' | 'engine' | 'passwords'> {
  readonly log: Logger;
  readonly sealer: Sealer;
}
