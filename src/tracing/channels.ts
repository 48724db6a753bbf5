/**
 * What is told of requests, statements and outgoing requests, on tracing channels of `node:diagnostics_channel`. Nobody
 * subscribes unless the operator has named a collector (opentelemetry.ts), and then telling costs one comparison.
 */
import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';

/** A request that this server answers. */
export interface RequestMessage {
  readonly method: string;
  /** `traceparent` and `tracestate` of the caller are read (W3C Trace Context). */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string;
  /** The path as metrics have it: without ids, codes and links. Set when the request ends, as the status is. */
  route?: string;
  status?: number;
}

/** A statement from its first attempt to its answer, with the time that it waited for a batch or a connection. */
export interface StatementMessage {
  /** The name of a prepared statement. */
  readonly name: string | undefined;
  readonly text: string;
}

/** A request that this server sends. */
export interface OutgoingMessage {
  readonly method: string;
  /** Host and port alone: paths and queries of others may have secrets. */
  readonly host: string;
  /** Headers of a request to a server of the operator: a subscriber adds its own. Undefined for other servers. */
  readonly headers: Record<string, string> | undefined;
  status?: number;
}

type Channel<Message extends object> = TracingChannel<Message, unknown>;

export const requestChannel: Channel<RequestMessage> = tracingChannel('vcauth:request');
export const statementChannel: Channel<StatementMessage> = tracingChannel('vcauth:statement');
export const outgoingChannel: Channel<OutgoingMessage> = tracingChannel('vcauth:outgoing');

/** Runs `work`, and tells the subscribers of the channel when it begins and ends. */
export function traced<Message extends object, T>(
  channel: Channel<Message>,
  message: Message,
  work: () => Promise<T>,
): Promise<T> {
  return channel.hasSubscribers ? channel.tracePromise(work, message) : work();
}
