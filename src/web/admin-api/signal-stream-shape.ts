/** The schema of answers about streams of Shared Signals. */
import { z } from 'zod';
import { streamStates } from '../../operations/shown-streams.ts';
import { streamStatuses } from '../../policy/shared-signals.ts';

const time = z.iso.datetime();

export const signalStreamShape = z.strictObject({
  client_id: z.string(),
  client_name: z.string(),
  stream_id: z.string(),
  description: z.string().nullable(),
  events_requested: z.array(z.string()),
  method: z.string().meta({ description: '`urn:ietf:rfc:8935` is push, `urn:ietf:rfc:8936` is poll' }),
  endpoint_url: z.string().nullable().meta({ description: 'Where tokens are pushed' }),
  state: z
    .enum(streamStates)
    .meta({ description: '`failing`: it is tried again, or was paused because it failed so often' }),
  status: z.enum(streamStatuses).meta({ description: 'As the receiver reads it' }),
  reason: z.string().nullable(),
  paused_by_admin: z.boolean(),
  waiting: z.int().meta({ description: 'Signals that the receiver does not have; 1000 may be more' }),
  late_seconds: z.int().meta({ description: 'Age of the oldest of them' }),
  delivered_at: time.nullable(),
  failures: z.int().meta({ description: 'Failed pushes since the last one that was taken' }),
  error: z.string().nullable().meta({ description: 'What the last push said, if it failed' }),
  failing_since: time.nullable(),
  next_attempt_at: time.nullable(),
  subjects_removed: z.int(),
  created_at: time,
});
