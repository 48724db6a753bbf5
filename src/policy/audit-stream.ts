/** What the receiver of the audit stream gets, in requests of which size, and when a failed one is repeated. Pure. */

export const auditStreamFormats = ['cloudevents', 'ndjson'] as const;
export type AuditStreamFormat = (typeof auditStreamFormats)[number];

/** An event with its place in the chain; hashes in hexadecimal. */
export interface StreamedEvent {
  readonly sealed_seq: string;
  readonly seq: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: unknown;
  readonly request_id: string | null;
  readonly prev_hash: string;
  readonly hash: string;
  readonly key_id: string;
  readonly mac: string;
}

export const maxBatchEvents = 500;
/** A request has one event even if that is longer. */
const maxBatchBytes = 512 * 1024;

export interface StreamBatch {
  readonly contentType: string;
  readonly body: string;
  readonly events: number;
  /** The place of the last event in it. */
  readonly upTo: string;
}

/** Returns a request with as many of `events`, at least one, as fit into it. */
export function batchOf(events: readonly StreamedEvent[], format: AuditStreamFormat, issuer: string): StreamBatch {
  const texts: string[] = [];
  let bytes = 0;
  for (const event of events) {
    const text = JSON.stringify(format === 'ndjson' ? event : cloudEvent(event, issuer));
    bytes += Buffer.byteLength(text) + 1;
    if (texts.length > 0 && bytes > maxBatchBytes) break;
    texts.push(text);
  }
  const upTo = events[texts.length - 1]?.sealed_seq ?? '0';
  const sent = { events: texts.length, upTo };
  if (format === 'ndjson') return { ...sent, contentType: 'application/x-ndjson', body: `${texts.join('\n')}\n` };
  return { ...sent, contentType: 'application/cloudevents-batch+json', body: `[${texts.join(',')}]` };
}

/** Digits of the largest bigint. */
const sequenceDigits = 19;

/**
 * CloudEvents 1.0 with its extension `sequence`. The id is the same in every request. It contains a part of the hash, so that
 * an event which takes the same place after a restore from a backup has another id.
 */
function cloudEvent({ at, ...event }: StreamedEvent, issuer: string): object {
  return {
    specversion: '1.0',
    id: `${event.sealed_seq}-${event.hash.slice(0, 16)}`,
    source: issuer,
    type: `com.vibecaas.auth.${event.action}`,
    subject: event.target,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    sequence: event.sealed_seq.padStart(sequenceDigits, '0'),
    data: event,
  };
}

/** Small requests get through where large ones are too slow or too long, and one event that is refused stands alone. */
export const sizeAfterFailure = (size: number): number => Math.max(1, Math.floor(size / 2));
export const sizeAfterSuccess = (size: number): number => Math.min(maxBatchEvents, size * 2);

const maxPauseSeconds = 300;
const maxRequestedSeconds = 3_600;
const jitter = 0.2;

/** Returns the pause after this number of failed requests in a row. `random` is between 0 and 1. */
export function streamPauseSeconds(failures: number, random: number, requestedSeconds = 0): number {
  const pauseSeconds = Math.min(maxPauseSeconds, 2 ** Math.min(failures, 10));
  return Math.max(pauseSeconds, Math.min(requestedSeconds, maxRequestedSeconds)) * (1 + jitter * random);
}
