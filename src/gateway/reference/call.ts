/** A call on its way through the gateway. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RequestHead } from './request-head.ts';

export interface Call {
  readonly request: IncomingMessage;
  readonly head: RequestHead;
  readonly response: ServerResponse;
  readonly requestId: string;
  /**
   * The gateway's own headers of the answer, whoever gives it. They wait here until its head is written, all at once:
   * Node writes a head much faster when no header was set before.
   */
  readonly headers: OutgoingHttpHeaders;
}
