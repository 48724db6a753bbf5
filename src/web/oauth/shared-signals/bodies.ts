/** What receivers send. Anything that is not as the standard says throws `invalid` with what is wrong. */
import type { Context } from 'koa';
import { AppError } from '../../../errors.ts';
import type { StreamInput } from '../../../operations/signal-streams.ts';
import {
  pollDelivery,
  type StreamStatus,
  signalBounds,
  streamStatuses,
  supportedEvents,
} from '../../../policy/shared-signals.ts';
import { readStart } from '../../http/forms.ts';

type Members = Readonly<Record<string, unknown>>;

const maxBytes = 64 * 1024;
const limits = { description: 300, reason: 300, state: 1_000, events: 50, uri: 300, acks: 1_000 } as const;

const invalid = (problem: string) => new AppError('invalid', problem);

/** Returns the JSON object of the body. */
export async function readMembers(ctx: Context): Promise<Members> {
  if (!ctx.is('application/json')) throw invalid('Send the body as Content-Type: application/json');
  const { body, whole } = await readStart(ctx, maxBytes);
  if (!whole) throw new AppError('too_large', `The body is larger than ${maxBytes / 1024} KB`);
  const value = parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('The body is not a JSON object');
  return value as Members;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw invalid('The body is not JSON');
  }
}

/** A text without control characters; undefined if it is missing. */
function textOf(members: Members, name: string, maxChars: number): string | undefined {
  const value = members[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.length > maxChars || /\p{Cc}|\p{Cs}/u.test(value)) {
    throw invalid(`${name} must be a text of at most ${maxChars} characters`);
  }
  return value;
}

export function streamIdOf(members: Members): string {
  const id = textOf(members, 'stream_id', 100);
  if (id === undefined) throw invalid('stream_id is required');
  return id;
}

/** The members of a stream that its receiver decides. Only polls deliver. */
export function streamInputOf(members: Members): Partial<StreamInput> {
  const events = members.events_requested;
  const isList = Array.isArray(events) && events.length <= limits.events;
  if (events !== undefined && !(isList && events.every((uri) => typeof uri === 'string' && uri.length <= limits.uri))) {
    throw invalid(`events_requested must be a list of at most ${limits.events} URIs`);
  }
  const { delivery } = members;
  if (delivery !== undefined && (delivery as { method?: unknown } | null)?.method !== pollDelivery) {
    throw invalid(`delivery.method must be ${pollDelivery}: other methods are not supported`);
  }
  const description = textOf(members, 'description', limits.description);
  // Those that nobody here knows are ignored, as the standard asks.
  const known = isList ? supportedEvents.filter((uri) => events.includes(uri)) : undefined;
  return { ...(description !== undefined && { description }), ...(known && { events_requested: known }) };
}

/** All that a receiver decides; what is missing has its default. */
export function wholeStreamOf(members: Members): StreamInput {
  return { description: null, events_requested: [...supportedEvents], ...streamInputOf(members) };
}

/** What this server decides must be as it is if it is sent at all. */
export function checkUnchanged(members: Members, stream: Members): void {
  for (const name of ['iss', 'aud', 'events_supported', 'events_delivered', 'min_verification_interval']) {
    const sent = members[name];
    if (sent !== undefined && JSON.stringify(sent) !== JSON.stringify(stream[name])) {
      throw invalid(`${name} is decided by the transmitter and can’t be changed`);
    }
  }
}

export function statusOf(members: Members): { status: StreamStatus; reason: string | null } {
  const status = streamStatuses.find((one) => one === members.status);
  if (!status) throw invalid(`status must be one of ${streamStatuses.join(', ')}`);
  return { status, reason: textOf(members, 'reason', limits.reason) ?? null };
}

export const stateOf = (members: Members): string | null => textOf(members, 'state', limits.state) ?? null;

export interface PollInput {
  readonly maxEvents: number;
  readonly waits: boolean;
  /** The ids of SETs that the receiver has, or has refused for good. */
  readonly acknowledged: readonly string[];
  readonly errors: readonly { readonly jti: string; readonly err: string }[];
}

/** Reads a poll (RFC 8936 §2.2). */
export function pollOf(members: Members): PollInput {
  const { maxEvents = signalBounds.maxEvents, returnImmediately = false, ack = [], setErrs = {} } = members;
  if (!Number.isInteger(maxEvents) || (maxEvents as number) < 0) throw invalid('maxEvents must be a whole number');
  if (typeof returnImmediately !== 'boolean') throw invalid('returnImmediately must be true or false');
  if (!Array.isArray(ack) || ack.length > limits.acks || !ack.every((jti) => typeof jti === 'string')) {
    throw invalid(`ack must be a list of at most ${limits.acks} ids`);
  }
  if (typeof setErrs !== 'object' || setErrs === null || Array.isArray(setErrs)) {
    throw invalid('setErrs must be an object with an id for each member');
  }
  const errors = Object.entries(setErrs).map(([jti, error]) => ({
    jti,
    err: String((error as { err?: unknown } | null)?.err ?? '').slice(0, 100),
  }));
  if (errors.length > limits.acks) throw invalid(`setErrs must have at most ${limits.acks} members`);
  return {
    maxEvents: maxEvents as number,
    waits: !returnImmediately && maxEvents !== 0,
    acknowledged: [...(ack as string[]), ...errors.map(({ jti }) => jti)],
    errors,
  };
}
