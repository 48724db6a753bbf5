/** A call on its way through the gateway. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RequestHead } from './request-head.ts';

export interface Call {
  readonly request: IncomingMessage;
  readonly head: RequestHead;
  readonly response: ServerResponse;
  readonly requestId: string;
  /**
   * The headers that the gateway itself adds to the answer, whoever gives it. They wait here until the head is written
   * in one go: Node writes a head much faster if no header was set before.
   */
  readonly headers: OutgoingHttpHeaders;
  /** The scopes of the token, once the call is allowed. */
  grantedScope?: string;
}
