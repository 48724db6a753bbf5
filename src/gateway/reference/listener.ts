/**
 * The gateway's server: limits for slow and huge requests that still let long uploads pass, and the envelope for
 * requests that Node refuses.
 */

import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { envelopeError } from '../envelope.ts';
import { readByScripts } from './cors.ts';

/** A body may take an hour if it keeps moving. Node takes milliseconds and bytes. */
const bounds = {
  headersTimeout: 15_000,
  requestTimeout: 3_600_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
  // The handler requires it instead, because its answer has the envelope.
  requireHostHeader: false,
};

/** `idleTimeoutMs` is how long a connection may stand still in the middle of a request or an answer. It does not listen yet. */
export function createCallServer(handler: RequestListener, idleTimeoutMs: number): Server {
  const server = createServer(bounds, handler);
  server.timeout = idleTimeoutMs;
  server.on('timeout', (socket: AnsweringSocket) => {
    // A caller that waits for an answer is not at fault: the handler has a timeout for that.
    if (socket._httpMessage?.headersSent === false && socket._httpMessage.req.complete) return;
    socket.destroy();
  });
  // The handler decides whether to continue, once a call is allowed.
  server.on('checkContinue', handler);
  server.on('checkExpectation', handler);
  return server;
}

/** Node keeps the answer that is written next here. */
type AnsweringSocket = Socket & { _httpMessage?: ServerResponse | null };

/** What the gateway says about a request that Node refuses: the envelope. The Origin header was not read, but all origins may read it. */
export const refusalOf = (message: string, requestId: string) => ({
  headers: readByScripts,
  body: JSON.stringify(envelopeError('VALIDATION_ERROR', message, requestId)),
});
