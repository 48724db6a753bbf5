/**
 * The gateway's server: limits for slow and huge requests that still let long uploads pass, and the envelope for
 * requests that Node refuses.
 */

import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
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
  server.on('clientError', answerClientError);
  server.on('connect', (_request, socket) => answerClientError({ code: 'CONNECT' }, socket as Socket));
  return server;
}

const problems: Record<string, [status: number, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not come in time'],
  CONNECT: [400, 'The API does not accept CONNECT'],
};

/** Node keeps the answer that is written next here. */
type AnsweringSocket = Socket & { _httpMessage?: ServerResponse | null };

function answerClientError(error: { code?: string }, socket: AnsweringSocket): void {
  const pending = socket._httpMessage;
  // An answer that has begun can't be followed by another one.
  if (!socket.writable || pending?.headersSent) return void socket.destroy();
  // A complete request came before the error: its answer is still sent, as the last on this connection.
  if (pending?.req.complete) {
    pending.shouldKeepAlive = false;
    return;
  }
  const [status, message] = problems[error.code ?? ''] ?? [400, 'This is not an HTTP request'];
  const requestId = `req_${randomUUID()}`;
  const body = JSON.stringify(envelopeError('VALIDATION_ERROR', message, requestId));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `X-Request-Id: ${requestId}`,
    // The Origin header was not read, but all origins may read the answer.
    ...Object.entries(readByScripts).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
