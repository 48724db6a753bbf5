/** What people and admins see of a client whose id is the URL of a document. */
import type { DocumentDetail } from '../../views/admin/clients/document.ts';
import type { ConsentProps } from '../../views/oauth/consent.ts';
import { askedByAgent } from './consent-choices-examples.ts';

/** Everything that can change has changed since the person allowed it. */
export const changedAgent: Partial<ConsentProps> = {
  ...askedByAgent,
  keeps: true,
  changed: {
    name: { before: 'Example Agent', now: 'VibeCaaS Support' },
    added: [1, 2, 3, 4, 5, 6, 7].map((n) => `https://callback-${n}.tools.example/a/long/path/of/an/agent/${n}`),
    removed: true,
    keys: true,
  },
};

export const goneDocument: DocumentDetail = {
  digest: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  fetchedAt: new Date('2026-11-27T09:00:00Z'),
  freshUntil: new Date('2026-11-27T10:00:00Z'),
  failed: { error: 'was answered with status 404', at: new Date('2026-11-28T11:30:00Z') },
};
