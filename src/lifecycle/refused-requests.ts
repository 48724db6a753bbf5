/**
 * Answers to requests that Node refuses before the handler sees them: what is not HTTP, headers that are too large or too slow,
 * CONNECT, an unknown `Expect`. Node's own answers have no id and no body.
 */
import { randomBytes } from 'node:crypto';
import { type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** What a server says about such a request, besides its id. */
interface Refusal {
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** What is logged about it. */
export interface RefusedRequest {
  readonly requestId: string;
  readonly status: number;
  /** The code of Node's error, such as HPE_HEADER_OVERFLOW. (A field `code` would be redacted as a code of OAuth.) */
  readonly detail: string;
}

export interface RefusalOptions {
  describe(message: string, requestId: string): Refusal;
  note(refused: RefusedRequest): void;
}

/** Node keeps the answer that is written next here. */
type AnsweringSocket = Socket & { _httpMessage?: ServerResponse | null };

/** Makes `server` answer what is not a request that a handler could get, with `X-Request-Id` and what `describe` returns. */
export function answerRefusedRequests(server: Server, options: RefusalOptions): void {
  server.on('clientError', ({ code = '' }: { code?: string }, socket: Socket) => {
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) closeUnlessUsed(socket, server);
    else answer(code, socket, options);
  });
  server.on('connect', (_request, socket: Socket) => answer('CONNECT', socket, options));
}

/**
 * Keeps an unused connection open for as long as one that is idle between two requests. Browsers, proxies and pools connect ahead of
 * their requests. Some of them take an unsolicited 408 as the answer to their next request, although RFC 9112 §9.2 forbids it. After
 * this error, Node watches the connection again only when a request begins. An empty line (§2.2) does not begin one, so the second
 * timer closes a connection that has sent no more than that.
 */
function closeUnlessUsed(socket: AnsweringSocket, { keepAliveTimeout, headersTimeout }: Server): void {
  let closing = setTimeout(() => {
    if (socket.bytesRead === 0) return void socket.destroy();
    // A request may have begun just now. Node refuses it before this timer if its headers do not end.
    closing = setTimeout(() => isAsked(socket) || socket.destroy(), 2 * headersTimeout);
  }, keepAliveTimeout - headersTimeout);
  socket.once('close', () => clearTimeout(closing));
}

/** Whether a request has arrived: it is being answered, or was answered. */
const isAsked = ({ _httpMessage, bytesWritten }: AnsweringSocket): boolean => Boolean(_httpMessage) || bytesWritten > 0;

/**
 * Passes requests on to `handler` that have a Host header, or need none (RFC 9112 §3.2), and makes `server` refuse every `Expect`
 * but 100-continue (RFC 9110 §10.1.1). Node would do both, without an id.
 */
export function refuseIncomplete(server: Server, handler: RequestListener, options: RefusalOptions): void {
  server.on('request', (request, response) => {
    if (request.headers.host !== undefined || request.httpVersion === '1.0') return handler(request, response);
    refuse(response, { status: 400, code: 'HOST', message: 'There must be a Host header' }, options);
  });
  server.on('checkExpectation', (_request, response) => {
    refuse(response, { status: 417, code: 'EXPECT', message: 'The only expectation is 100-continue' }, options);
  });
}

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function refuse(
  response: ServerResponse,
  { status, code, message }: Problem,
  { describe, note }: RefusalOptions,
): void {
  const requestId = newRequestId();
  const { headers, body } = describe(message, requestId);
  // A body may follow, which nobody reads.
  response.shouldKeepAlive = false;
  response.writeHead(status, headersOf(requestId, headers, body)).end(body);
  note({ requestId, status, detail: code });
}

const problems: Record<string, readonly [status: number, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not come in time'],
  CONNECT: [400, 'This server does not accept CONNECT'],
};

function answer(code: string, socket: AnsweringSocket, { describe, note }: RefusalOptions): void {
  const pending = socket._httpMessage;
  // An answer that has begun can't be followed by another one.
  if (!socket.writable || pending?.headersSent) return void socket.destroy();
  // A complete request came before the error: its answer is still sent, as the last on this connection.
  if (pending?.req.complete) {
    pending.shouldKeepAlive = false;
    return;
  }
  const [status, message] = problems[code] ?? [400, 'This is not an HTTP request'];
  const requestId = newRequestId();
  const { headers, body } = describe(message, requestId);
  const head = {
    ...headersOf(requestId, headers, body),
    Date: new Date().toUTCString(),
    Connection: 'close',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
  note({ requestId, status, detail: code });
}

function headersOf(requestId: string, headers: Refusal['headers'], body: string): Record<string, string> {
  return {
    'X-Request-Id': requestId,
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': `${Buffer.byteLength(body)}`,
    'Cache-Control': 'no-store',
  };
}

/** Ids look alike, whoever answers. */
export const newRequestId = (): string => `req_${randomBytes(12).toString('base64url')}`;
