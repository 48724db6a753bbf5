/** A client as the admin API and `vcauth --json` answer with it: its registration, and where it stands. */
import { z } from 'zod';
import { logoPath } from '../logos.ts';
import { thirdPartyPolicies } from '../third-party.ts';
import { registrationTypes } from './registration-types.ts';
import { clientSchema, type FieldName } from './schema.ts';
import { clientState, clientStates } from './state.ts';
import { checkedFields, seenFields, verificationOf } from './verification.ts';

const time = z.iso.datetime();
/** With the offset of the database. */
const storedTime = z.iso.datetime({ offset: true });

export const clientShape = z.strictObject({
  client_id: z.string(),
  ...clientSchema.shape,
  status: z.enum(['active', 'disabled', 'blocked']).meta({
    description: '`disabled`: suspended. `blocked`: by a rule for third-party apps, and by nothing else',
  }),
  third_party_policy: z.enum(thirdPartyPolicies).nullable().meta({
    description: 'What a rule says of a client that nobody registered; null: no rule does, and the default holds',
  }),
  state: z.enum(clientStates),
  owner_account_id: z.string().nullable(),
  logo: z.string().nullable().meta({ description: 'Its address on this server' }),
  submitted_at: time.nullable(),
  verified_at: time.nullable(),
  verification: z
    .strictObject({
      checked_at: time,
      checked_by: z.string(),
      changed: z.array(z.enum(checkedFields)),
      also_changed: z.array(z.enum(seenFields)),
    })
    .nullable()
    .meta({
      description:
        'The last verification. A change of a field in `changed` reopened the review; one of a field in `also_changed` did not',
    }),
  registration_type: z.enum(registrationTypes).meta({
    description:
      'How it came to be registered: by a person, by itself (RFC 7591), or by the document that its id names',
  }),
  metadata_document: z
    .strictObject({
      digest: z.string().meta({ description: 'SHA-256 of the document, in hex' }),
      etag: z.string().nullable(),
      fetched_at: storedTime,
      fresh_until: storedTime.meta({ description: 'It is read again before the first authorization after this' }),
      error: z
        .string()
        .nullable()
        .meta({ description: 'What was wrong when it was read last; no new authorization begins' }),
      failed_at: storedTime.nullable(),
    })
    .nullable()
    .meta({ description: 'How the document of the client was read last; null for a client without one' }),
  admin_decisions: z
    .record(z.string(), z.strictObject({ holds: z.unknown(), own: z.unknown() }))
    .nullable()
    .meta({
      description:
        'If the client describes itself: by field, what an admin has decided (`holds`), and what the client said last (`own`). `give-back` ends a decision',
    }),
  created_at: time,
  updated_at: time,
});

type Row = Readonly<Record<FieldName | 'client_id' | 'created_at' | 'updated_at', unknown>> &
  Parameters<typeof clientState>[0] &
  Parameters<typeof verificationOf>[0] & { readonly logo_hash: string | null };

/** The document of a stored client; times are Dates, which JSON writes as the shape says. */
export function clientDocument(client: Row): object {
  const values: Readonly<Record<string, unknown>> = {
    ...client,
    state: clientState(client),
    logo: client.logo_hash && logoPath(client.logo_hash),
    verification: verificationOf(client),
  };
  return Object.fromEntries(Object.keys(clientShape.shape).map((name) => [name, values[name]]));
}
