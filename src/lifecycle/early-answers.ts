/**
 * What happens to a request that is answered before its body has come in. Whoever sends the rest byte by byte would hold
 * the connection for as long as a whole request may take; closed at once, the rest would meet a reset that can destroy
 * the answer on its way (RFC 9112 §9.6). So the answer says that the connection ends, our side of it is closed behind the
 * answer, and what still comes is read and dropped for a few seconds.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long the rest of a body may take once its answer is written. */
const lingerMs = 5_000;
/** A body that is announced to be this short is mostly here already: its connection is worth keeping for the next request. */
const shortBytes = 65_536;

/** Wraps the handler of a listener. */
export function endEarlyAnswers(handler: RequestListener, timeoutMs = lingerMs): RequestListener {
  const ending = new WeakSet<Socket>();
  return (request, response) => {
    // What comes behind the rest of a refused request was sent to a connection that is closed.
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
  // Node calls it behind an answer that says so, and would drop what is still to come.
  socket.destroySoon = () => {
    if (request.complete) return destroySoon();
    ending.add(socket);
    socket.end();
  };
  response.once('finish', () => {
    if (request.complete) return;
    // A pipe that nobody reads at its other end would hold it back.
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
