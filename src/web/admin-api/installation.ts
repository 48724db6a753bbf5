/** /admin/v1/keys, /audit and /statistics. */
import { z } from 'zod';
import { actorWithReason } from '../../operations/client-record.ts';
import { makeNextKeys, rotateSigningKeys } from '../../operations/signing-keys.ts';
import { statisticsByDay } from '../../policy/statistics.ts';
import { pageOfAudit } from '../../store/admin-lists.ts';
import { listDailyStatistics, statisticsDays } from '../../store/client-statistics.ts';
import { listSigningKeys } from '../../store/signing-keys.ts';
import { countEverything } from '../../store/statistics.ts';
import { auditShape, keyDocument, keyShape, rotationShape, statisticsShape } from './documents.ts';
import { auditFilter } from './fields.ts';
import { operation } from './operation.ts';
import { why } from './why.ts';

export const installationOperations = [
  operation({
    id: 'keys.list',
    method: 'GET',
    path: '/keys',
    summary: 'List the published signing keys: for each algorithm the one that signs, the next, and the retired',
    scopes: ['keys:write'],
    data: keyShape,
    list: true,
    async run({ db }) {
      const keys = await listSigningKeys(db);
      return { data: keys.map(keyDocument), total: keys.length };
    },
  }),
  operation({
    id: 'keys.rotate',
    method: 'POST',
    path: '/keys/rotate',
    summary: 'Sign with the next keys from now on; the previous ones stay published until their last token has expired',
    scopes: ['keys:write'],
    description:
      'Within 5 minutes of the previous rotation, verifiers may not have seen the next key, so the rotation is refused (409), unless `force` says that a key was stolen; that needs a `reason`.',
    body: z.strictObject({ force: z.boolean().default(false), reason: why.optional() }),
    example: { force: false },
    data: rotationShape,
    prepare: ({ deps }) => makeNextKeys(deps.sealer),
    async run({ db, prepared: next, body: { force, reason = '' }, actor, deps }) {
      const by = force ? actorWithReason(actor, reason) : actor;
      return { data: await rotateSigningKeys(db, deps.sealer, by, { force, next }) };
    },
  }),
  operation({
    id: 'audit.list',
    method: 'GET',
    path: '/audit',
    summary: 'Read the audit log, the newest first',
    description:
      'Events leave after a time that the operator chooses. `audit.trimmed` says up to which place of the chain they were removed.',
    scopes: ['audit:read'],
    query: auditFilter,
    data: auditShape,
    list: true,
    async run({ db, query }) {
      const { since, until, ...rest } = query;
      const filter = { ...rest, since: dateOf(since), until: dateOf(until) };
      const { rows, total } = await pageOfAudit(db, query, filter);
      return { data: rows, total };
    },
  }),
  operation({
    id: 'statistics.get',
    method: 'GET',
    path: '/statistics',
    summary: 'Count clients, accounts, valid grants and sessions, revocations in force; tokens and errors by day',
    scopes: ['clients:read', 'accounts:read'],
    data: statisticsShape,
    async run({ db }) {
      const days = statisticsByDay(await listDailyStatistics(db), new Date(), statisticsDays);
      return { data: { ...(await countEverything(db)), days } };
    },
  }),
];

function dateOf(moment: string | undefined): Date | undefined {
  return moment === undefined ? undefined : new Date(moment);
}
