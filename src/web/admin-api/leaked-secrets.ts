/** /admin/v1/leaked-secrets: ends secrets that were found where others can read them. */
import { z } from 'zod';
import { type Leak, type LeakResult, revokeLeaked } from '../../operations/leaked-secrets.ts';
import { findSecrets, placeInWords, shownSecret } from '../../policy/leaked-secrets.ts';
import { operation } from './operation.ts';

const leakedSecretShape = z.strictObject({
  kind: z.enum(['api_key', 'client_secret', 'refresh_token', 'registration_token']),
  looks_like: z.string().meta({ description: 'Prefix and last four characters' }),
  outcome: z.enum(['revoked', 'ended', 'unknown', 'works']).meta({
    description:
      'revoked: now; ended: it had ended before; unknown: this server has none such; works: it was only looked for',
  }),
  id: z.string().nullable().meta({ description: 'Of the key, the secret or the grant' }),
  account_id: z.string().nullable(),
  client_id: z.string().nullable(),
  name: z.string().nullable().meta({ description: 'The name of the key or the client' }),
  is_last: z.boolean().meta({ description: 'The client has no other secret' }),
});

export const leakedShape = z.strictObject({ revoked: z.int(), secrets: z.array(leakedSecretShape) });

export const leakedOperations = [
  operation({
    id: 'leaked_secrets.revoke',
    method: 'POST',
    path: '/leaked-secrets',
    summary: 'End the secrets in a text, and tell their owners',
    description:
      'Finds API keys, client secrets, refresh tokens and registration tokens of this server. It can be repeated: what has ended stays ended, and nobody is told twice.',
    scopes: ['clients:write', 'accounts:write'],
    body: z.strictObject({
      text: z.string().min(1).max(60_000),
      found_at: z.string().max(500).optional().meta({ description: 'Where the text is, such as an address' }),
      dry_run: z.boolean().optional().meta({ description: 'Only look' }),
    }),
    example: { text: 'API_KEY=vcs_sk_live_…', found_at: 'https://github.com/octo/repo/blob/main/.env' },
    data: leakedShape,
    async run({ db, body: { text, found_at: foundAt = '', dry_run: dryRun = false }, actor, deps: { sealer } }) {
      const place = placeInWords(foundAt);
      const leaks = findSecrets(text).map((found): Leak => ({ ...found, places: place === undefined ? [] : [place] }));
      const results = await revokeLeaked({ db, sealer }, leaks, actor, { dryRun });
      const revoked = results.filter(({ outcome }) => outcome === 'revoked').length;
      return { data: { revoked, secrets: results.map(documentOf) } };
    },
  }),
];

function documentOf({ kind, secret, outcome, known }: LeakResult): z.infer<typeof leakedSecretShape> {
  const nobody = { id: null, account_id: null, client_id: null, name: null, is_last: false };
  return { kind, looks_like: shownSecret(secret), outcome, ...nobody, ...known };
}
