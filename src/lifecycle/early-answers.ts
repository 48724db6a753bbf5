/**
 * Handles requests that are answered before their body has arrived. A client that sends the rest slowly would keep the
 * connection open. Closing it at once would cause a TCP reset, which can destroy the answer on its way (RFC 9112 §9.6). So
 * the answer says `Connection: close`, our side is closed after it, and the rest of the body is discarded for a few seconds.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long the rest of a body may take after the answer was written. */
const lingerMs = 5_000;
/** A shorter body has usually arrived already, so its connection is kept for the next request. */
const shortBytes = 65_536;

/** Wraps the handler of a listener. */
export function endEarlyAnswers(handler: RequestListener, timeoutMs = lingerMs): RequestListener {
  const ending = new WeakSet<Socket>();
  return (request, response) => {
    // Our side of this connection is closed, so a request after the rest of the refused one cannot be answered.
    if (ending.has(request.socket)) return void request.socket.destroy();
    if (hasBody(request)) watch(request, response, { timeoutMs, ending });
    handler(request, response);
  };
}

interface Ending {
  readonly timeoutMs: number;
  readonly ending: WeakSet<Socket>;
}

function watch(request: IncomingMessage, response: ServerResponse, { timeoutMs, ending }: Ending): void {
  const { socket } = request;
  const closesAnyway = !response.shouldKeepAlive;
  if (!closesAnyway && !isShort(request)) {
    response.shouldKeepAlive = false;
    request.once('end', () => {
      response.shouldKeepAlive = true;
    });
  }
  const destroySoon = socket.destroySoon.bind(socket);
  // Node calls this after an answer with `Connection: close`; it would close the connection without reading the rest.
  socket.destroySoon = () => {
    if (request.complete) return destroySoon();
    ending.add(socket);
    socket.end();
  };
  response.once('finish', () => {
    if (request.complete) return;
    // A pipe whose destination does not read would block the body.
    request.unpipe();
    request.resume();
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    request.once('end', () => {
      clearTimeout(timer);
      if (ending.has(socket)) socket.destroy();
    });
    socket.once('close', () => clearTimeout(timer));
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isShort({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= shortBytes;
}
