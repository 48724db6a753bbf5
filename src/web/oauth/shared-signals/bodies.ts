/** What receivers send. Anything that is not as the standard says throws `invalid` with what is wrong. */
import type { Context } from 'koa';
import { AppError } from '../../../errors.ts';
import type { PushInput, StreamInput } from '../../../operations/signal-streams.ts';
import {
  personIn,
  pollDelivery,
  type StreamStatus,
  signalBounds,
  streamStatuses,
  supportedEvents,
} from '../../../policy/shared-signals.ts';
import { pushDelivery } from '../../../policy/signal-push.ts';
import { readStart } from '../../http/forms.ts';

type Members = Readonly<Record<string, unknown>>;

const maxBytes = 64 * 1024;
const limits = {
  description: 300,
  reason: 300,
  state: 1_000,
  events: 50,
  uri: 300,
  acks: 1_000,
  header: 4_000,
} as const;

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

/** The members of a stream that its receiver decides; those that are missing stay as they are. */
export function streamInputOf(members: Members): Partial<StreamInput> {
  const events = members.events_requested;
  const isList = Array.isArray(events) && events.length <= limits.events;
  if (events !== undefined && !(isList && events.every((uri) => typeof uri === 'string' && uri.length <= limits.uri))) {
    throw invalid(`events_requested must be a list of at most ${limits.events} URIs`);
  }
  const { delivery } = members;
  const push = delivery === undefined ? undefined : pushOf(delivery);
  const description = textOf(members, 'description', limits.description);
  // Those that nobody here knows are ignored, as the standard asks.
  const known = isList ? supportedEvents.filter((uri) => events.includes(uri)) : undefined;
  return {
    ...(description !== undefined && { description }),
    ...(known && { events_requested: known }),
    ...(push !== undefined && { push }),
  };
}

/** Reads `delivery` (SSF 1.0 §6.1): null for polls, whose address is ours. */
function pushOf(delivery: unknown): PushInput | null {
  const { method, endpoint_url: url, authorization_header: header } = (delivery ?? {}) as Members;
  if (method === pollDelivery) return null;
  if (method !== pushDelivery) throw invalid(`delivery.method must be ${pushDelivery} or ${pollDelivery}`);
  if (typeof url !== 'string') throw invalid('delivery.endpoint_url must be the address of the receiver');
  if (header === undefined || header === null) return { url, authorization: header };
  // What a header can contain (RFC 9110 §5.5), and nothing that a log would break into lines.
  if (
    typeof header !== 'string' ||
    header.length > limits.header ||
    !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(header)
  ) {
    throw invalid(`delivery.authorization_header must be a header value of at most ${limits.header} characters`);
  }
  return { url, authorization: header };
}

/** All that a receiver decides; what is missing has its default. */
export function wholeStreamOf(members: Members): StreamInput {
  const { push = null, ...given } = streamInputOf(members);
  const whole = push && { ...push, authorization: push.authorization ?? null };
  return { description: null, events_requested: [...supportedEvents], ...given, push: whole };
}

/** Returns the account that the member `subject` names. Subjects that are no people of this server are not known here. */
export function personOf(members: Members, issuer: string): string {
  const { subject } = members;
  if (typeof subject !== 'object' || subject === null || Array.isArray(subject)) {
    throw invalid('subject must be a subject identifier (RFC 9493)');
  }
  const id = personIn(subject, issuer);
  if (id === undefined) throw new AppError('not_found', 'Only people of this server, as iss_sub, can be subjects here');
  return id;
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
