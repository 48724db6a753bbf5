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

/** The state of a connection: the request whose body may still be on its way, and whether our side is closed. */
interface Connection {
  request: IncomingMessage;
  ending: boolean;
}

/** Wraps the handler of a listener. */
export function endEarlyAnswers(handler: RequestListener, timeoutMs = lingerMs): RequestListener {
  const connections = new WeakMap<Socket, Connection>();
  return (request, response) => {
    const connection = connections.get(request.socket);
    // Our side of this connection is closed, so a further request on it cannot be answered.
    if (connection?.ending) return void request.socket.destroy();
    if (hasBody(request)) {
      if (connection) connection.request = request;
      else connections.set(request.socket, watch(request));
      closeAfterLongBody(request, response);
      response.once('finish', () => discardRest(request, connections, timeoutMs));
    }
    handler(request, response);
  };
}

/** Replaces `destroySoon` of a connection, once for all of its requests: a gateway sends thousands on one connection. */
function watch(request: IncomingMessage): Connection {
  const { socket } = request;
  const connection: Connection = { request, ending: false };
  const destroySoon = socket.destroySoon.bind(socket);
  // Node calls this after an answer with `Connection: close`; it would close the connection without reading the rest.
  socket.destroySoon = () => {
    if (connection.request.complete) return destroySoon();
    connection.ending = true;
    socket.end();
  };
  return connection;
}

function closeAfterLongBody(request: IncomingMessage, response: ServerResponse): void {
  if (!response.shouldKeepAlive || isShort(request)) return;
  response.shouldKeepAlive = false;
  request.once('end', () => {
    response.shouldKeepAlive = true;
  });
}

function discardRest(request: IncomingMessage, connections: WeakMap<Socket, Connection>, timeoutMs: number): void {
  if (request.complete) return;
  const { socket } = request;
  // A pipe whose destination does not read would block the body.
  request.unpipe();
  request.resume();
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  request.once('end', () => {
    if (connections.get(socket)?.ending) socket.destroy();
  });
  request.once('close', () => clearTimeout(timer));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isShort({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= shortBytes;
}
