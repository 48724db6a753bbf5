/** /admin/v1/third-party: apps that nobody registered, and the rules about them. */
import { z } from 'zod';
import { setRule } from '../../operations/third-party.ts';
import { ruleChanges } from '../../policy/client/pinned.ts';
import { registrationTypes } from '../../policy/client/registration-types.ts';
import { maxReasonChars } from '../../policy/reasons.ts';
import { thirdPartyPolicies } from '../../policy/third-party.ts';
import { countRules, listRules, pageOfUnregistered, ruleDocument } from '../../store/unregistered-apps.ts';
import { clientId, onePage } from './fields.ts';
import { operation } from './operation.ts';
import { invalid } from './refusal.ts';

const time = z.iso.datetime();
const policy = z.enum(thirdPartyPolicies);

export const unregisteredShape = z.strictObject({
  client_id: z.string(),
  client_name: z.string(),
  registration_type: z.enum(registrationTypes),
  status: z.enum(['active', 'disabled', 'blocked']),
  third_party_policy: policy.nullable().meta({ description: 'What a rule says of it; null: none does' }),
  created_at: time,
  changed_since_allowed: z.boolean().meta({
    description:
      'A rule allows it, and it is not what was allowed any more: `third_party_policy` is `ask` until it is allowed again',
  }),
  host: z.string().nullable().meta({ description: 'The host of the document that the id names' }),
  people: z.int(),
  waiting: z.int().meta({ description: 'People who wait for an admin to allow it, counted up to 100' }),
  last_used_on: z.iso.date().nullable().meta({ description: 'The last day (UTC) on which it got a token' }),
});

export const ruleShape = z.strictObject({
  kind: z.enum(['client', 'host']),
  value: z.string(),
  policy,
  reason: z.string().nullable(),
  decided_by: z.string(),
  decided_at: time,
  changed: z.array(z.enum(ruleChanges)).meta({
    description:
      'What of the app is not what the rule allows. If there is anything, the rule counts as `ask`; allow the app again to allow it as it is now',
  }),
});

export const ruleChangeShape = z.strictObject({
  kind: z.enum(['client', 'host']),
  value: z.string(),
  policy: policy.nullable(),
  clients: z.int().meta({ description: 'How many stored clients the rule is about' }),
  families_ended: z.int(),
});

export const thirdPartyOperations = [
  operation({
    id: 'third_party.apps',
    method: 'GET',
    path: '/third-party/apps',
    summary: 'List apps that nobody registered, the newest first',
    scopes: ['clients:read'],
    query: z.strictObject({
      ...onePage,
      search: z.string().min(1).max(200).optional(),
      policy: z.enum([...thirdPartyPolicies, 'none', 'waiting']).optional(),
    }),
    data: unregisteredShape,
    list: true,
    async run({ db, query }) {
      const { rows, total } = await pageOfUnregistered(db, query, query);
      return { data: rows.map(({ verified_at: _, submitted_at: __, logo_hash: ___, ...app }) => app), total };
    },
  }),
  operation({
    id: 'third_party.rules',
    method: 'GET',
    path: '/third-party/rules',
    summary: 'List the rules about apps that nobody registered, the newest first',
    scopes: ['clients:read'],
    query: z.strictObject(onePage),
    data: ruleShape,
    list: true,
    async run({ db, query: { page, per_page: limit } }) {
      const rules = await listRules(db, { limit, offset: (page - 1) * limit });
      return { data: rules.map(ruleDocument), total: await countRules(db) };
    },
  }),
  operation({
    id: 'third_party.decide',
    method: 'POST',
    path: '/third-party/rules',
    summary: 'Allow, ask about or block one app that nobody registered, or every app whose document is at a host',
    description:
      'Give `client_id` or `host`. `default` removes the rule. `block` needs a `reason`; it ends every token at once, and keeps what people allowed.',
    scopes: ['clients:write'],
    body: z.strictObject({
      client_id: clientId.optional(),
      host: z.string().min(1).max(300).optional(),
      policy: z.enum([...thirdPartyPolicies, 'default']),
      reason: z.string().max(maxReasonChars).optional(),
    }),
    example: { host: 'agent.example', policy: 'block', reason: 'Reported as fraud.' },
    data: ruleChangeShape,
    async run({ db, body: { client_id: id, host, policy: wanted, reason }, actor }) {
      if ((id === undefined) === (host === undefined)) throw invalid({ body: 'must name either client_id or host' });
      const subject =
        id === undefined ? { kind: 'host' as const, value: host ?? '' } : { kind: 'client' as const, value: id };
      const done = await setRule(db, subject, wanted === 'default' ? null : wanted, actor, reason);
      const { subject: named, policy: now, clients, familiesEnded } = done;
      return { data: { ...named, policy: now, clients, families_ended: familiesEnded } };
    },
  }),
];
