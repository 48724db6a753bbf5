/** The HTTP listener, with limits for slow and endless requests, and its graceful shutdown. */
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../errors.ts';
import type { Logger } from '../log/index.ts';
import { type Address, accept, stopAccepting } from './accepting.ts';
import { endEarlyAnswers } from './early-answers.ts';
import { answerRefusedRequests, newRequestId, type RefusedRequest, refuseIncomplete } from './refused-requests.ts';

/** Node's options; durations are in milliseconds, sizes in bytes. */
export const bounds = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
  // `refuseIncomplete` requires it instead, because its answer has an id.
  requireHostHeader: false,
};

/** Where to listen, and the names of the environment variables for it. */
export interface ListenOptions extends Address {
  readonly settings: { readonly port: string; readonly host: string };
}

/**
 * Requests that are refused before `handler` are told to `note`.
 * @throws AppError with the setting to change, if listening fails
 */
export async function listen(
  handler: RequestListener,
  options: ListenOptions,
  note: (refused: RefusedRequest) => void = () => {},
): Promise<Server> {
  const server = createServer(bounds);
  answerRefusedRequests(server, { describe, note });
  refuseIncomplete(server, endEarlyAnswers(handler), { describe, note });
  noteAnswers(server);
  await accept(server, options).catch((error) => {
    throw explainListening(error, options);
  });
  return server;
}

/** A refusal in the words of OAuth. It has no secret, and the Origin header was not read, so scripts of all origins may read it. */
const describe = (message: string, requestId: string) => ({
  headers: {
    'X-Content-Type-Options': 'nosniff',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'X-Request-Id',
  },
  body: JSON.stringify({ error: 'invalid_request', error_description: message, request_id: requestId }),
});

/** A port on which the process listens before it can serve. */
export interface HeldPort {
  readonly server: Server;
  /** Makes `handler` answer all further requests. Those that are refused before it have a line in `log`. */
  serve(handler: RequestListener, log: Logger): void;
}

/**
 * Listens before anything else is started. So a start that cannot listen changes nothing, and of two starts on one port
 * only one continues. Until `serve` is called, /healthz answers 200 and everything else 503.
 * @throws AppError as `listen` does
 */
export async function holdPort(options: ListenOptions): Promise<HeldPort> {
  let answer: RequestListener = answerStarting;
  let lines: Logger | undefined;
  const note = (refused: RefusedRequest) => lines?.info(refused, 'a request was refused');
  const server = await listen((request, response) => answer(request, response), options, note);
  return {
    server,
    serve(handler, log) {
      answer = handler;
      lines = log;
    },
  };
}

/** Answers while the server starts. A start may take long, for instance to migrate, and must not look like a hung process. */
export const answerStarting: RequestListener = ({ url }, response) => {
  const lives = /^\/healthz\/?(\?|$)/i.test(url ?? '');
  const body = lives
    ? { status: 'ok' }
    : { error: 'temporarily_unavailable', error_description: 'The server is starting' };
  response.writeHead(lives ? 200 : 503, {
    'X-Request-Id': newRequestId(),
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
    ...(lives ? {} : { 'Retry-After': '2' }),
  });
  response.end(JSON.stringify(body));
};

/** Converts errors of listening to messages that say what to do. Other errors are returned unchanged. */
export function explainListening(error: NodeJS.ErrnoException, { port, host, settings }: ListenOptions): Error {
  if (error.code === 'EADDRINUSE') {
    return new AppError(
      'conflict',
      `Port ${port} of ${host} is taken by another process. Stop that one, or choose another port: ${settings.port}.`,
    );
  }
  if (error.code === 'EACCES') {
    return new AppError(
      'forbidden',
      `This user may not listen on port ${port}. Choose one above 1023: ${settings.port}.`,
    );
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new AppError(
      'invalid',
      `This machine does not have the address ${host}. Choose another one: ${settings.host}.`,
    );
  }
  return error;
}

/** How long connections that are idle when the shutdown begins stay open, since clients may already have sent another request on them. */
const idleMs = 100;
/** The same for those that become idle later, without an announcement that they end. */
const keepAliveTimeoutMs = 500;

interface Answers {
  readonly underWay: Set<ServerResponse>;
  /** Whether every further answer announces that its connection ends. */
  areLast: boolean;
}

const answersOf = new WeakMap<Server, Answers>();

/**
 * Notes the answers of `server` that are under way, so that `close` can announce on them that their connection ends. Call it
 * after the handlers are attached: where there is no handler for an event, a listener here would keep Node from answering itself.
 */
export function noteAnswers(server: Server): Answers {
  const answers: Answers = { underWay: new Set(), areLast: false };
  answersOf.set(server, answers);
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    if (event !== 'request' && server.listenerCount(event) === 0) continue;
    server.prependListener(event, (_request, response: ServerResponse) => {
      if (answers.areLast) response.shouldKeepAlive = false;
      answers.underWay.add(response);
      response.once('close', () => answers.underWay.delete(response));
    });
  }
  return answers;
}

/**
 * Stops listening, finishes running requests, and closes what is still open after `graceMs`. Requests that are running, and
 * those that arrive meanwhile on open connections, are answered with `Connection: close`, so that no request is lost.
 */
export async function close(server: Server, graceMs: number): Promise<void> {
  const answers = answersOf.get(server) ?? noteAnswers(server);
  answers.areLast = true;
  for (const answer of answers.underWay) if (!answer.headersSent) answer.shouldKeepAlive = false;
  Object.assign(server, { keepAliveTimeout: keepAliveTimeoutMs, keepAliveTimeoutBuffer: 0 });
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  const ended = endIdleLater(server, Math.min(idleMs, graceMs));
  await stopAccepting(server);
  clearTimeout(cut);
  clearTimeout(ended);
}

/** Node ends idle connections at once when it stops to listen, and with them the requests that are on their way. */
function endIdleLater(server: Server, delayMs: number): NodeJS.Timeout {
  const endIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {};
  // Timers run before input is read, so a request that arrived while this process was paused is read first.
  return setTimeout(() => setImmediate(() => setImmediate(endIdle)), delayMs);
}

/** Returns the origin under which this machine reaches the server. */
export function originOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
