/** Passes requests on, streaming in both directions. The library undici speaks to the upstream. */
import type { IncomingMessage } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http2';
import { PassThrough } from 'node:stream';
import { buildConnector, Pool as Connections, type Dispatcher } from 'undici';
import { answerError } from './answer.ts';
import type { Call } from './call.ts';
import { createForwarded, type ForwardedOptions } from './forwarded.ts';
import { createUpstreamHead, type UpstreamHead, type UpstreamHeadOptions } from './upstream-head.ts';

export interface UpstreamOptions extends ForwardedOptions, UpstreamHeadOptions {
  /** How long an upstream may be silent. */
  readonly timeoutMs: number;
  readonly onError: (error: Error, requestId: string) => void;
}

export interface Upstream {
  /** A failure is answered; if an answer had begun, the connection is cut off. */
  pass(call: Call): void;
  close(): Promise<void>;
}

export function createUpstream({ timeoutMs, onError, ...options }: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(options.url);
  const connections = new Connections(origin, {
    connections: 1_024,
    connect: connector(timeoutMs),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    // One request at a time on a connection, so that no call waits behind a slow one.
    pipelining: 1,
    allowH2: false,
  });
  const context = { connections, prefix: pathname.replace(/\/$/, ''), heads: createUpstreamHead(options), onError };
  const addForwarded = createForwarded(options);
  return {
    pass(call) {
      addForwarded(call);
      new Passage(context, call).begin();
    },
    close: () => connections.destroy(),
  };
}

/** undici takes a reset for the end of an answer without a length, so half an answer would pass as complete. */
function connector(timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false });
  return (options, callback) =>
    connect(options, (...result) => {
      result[1]?.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNRESET') error.code = 'UND_ERR_SOCKET';
      });
      callback(...result);
    });
}

interface Context {
  readonly connections: Connections;
  readonly prefix: string;
  readonly heads: UpstreamHead;
  readonly onError: (error: Error, requestId: string) => void;
}

/** The next connection may have been closed as well. */
const maxRepeats = 3;

/** One call on its way to the upstream, and the answer on its way back. */
class Passage implements Dispatcher.DispatchHandler {
  readonly #context: Context;
  readonly #call: Call;
  #controller: Dispatcher.DispatchController | undefined;
  #repeats = 0;

  constructor(context: Context, call: Call) {
    this.#context = context;
    this.#call = call;
    call.response.on('close', () => this.#ended());
  }

  begin(): void {
    const { connections, prefix } = this.#context;
    const { request, head } = this.#call;
    const { method = 'GET', url = '/' } = request;
    // Through a pipe: undici destroys a body whose rest is not wanted, and a destroyed request never releases its
    // caller.
    const body = hasBody(request) ? request.pipe(new PassThrough()) : null;
    connections.dispatch({ method, path: prefix + url, headers: head.passing, body }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // A caller that left while it waited leaves its connection to the next one: aborting would end the connection.
    if (this.#call.response.destroyed) throw new Error('The client has left');
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) {
      this.#inform(status, headers);
      return;
    }
    const coding = headers['transfer-encoding'];
    if (coding !== undefined && !knownCoding.test(coding)) throw new Error(`The upstream answers in ${coding}`);
    // There is no body that could have a length (RFC 9110 §8.6).
    if (status === 204) delete headers['content-length'];
    this.#call.response.writeHead(status, this.#context.heads.final(status, this.#call, headers));
  }

  /** RFC 9110 §15.2: informational answers pass if the caller knows that they may precede the final one. */
  #inform(status: number, headers: IncomingHttpHeaders): void {
    const { request, response } = this.#call;
    if (request.httpVersion === '1.0' || response.headersSent) return;
    if (status === 102) response.writeProcessing();
    const link = status === 103 ? this.#context.heads.hints(headers) : [];
    if (link.length > 0) response.writeEarlyHints({ link });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.#call;
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#call.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { response } = this.#call;
    if (response.destroyed) return;
    if (this.#mayRepeat(error)) {
      this.#repeats += 1;
      this.begin();
      return;
    }
    this.#context.onError(error, this.#call.requestId);
    if (response.headersSent) return void cut(this.#call);
    const [status, message] = isTimeout(error)
      ? [504, 'The API does not answer in time']
      : [502, 'The API does not answer'];
    answerError(this.#call, { status, code: 'SERVER_ERROR', message });
  }

  #ended(): void {
    if (!this.#call.response.writableFinished) this.#controller?.abort(new Error('The client has left'));
  }

  /**
   * Whether to repeat a request whose connection the upstream closed just as it was reused, if the request is safe (RFC
   * 9110 §9.2.2).
   */
  #mayRepeat(error: NodeJS.ErrnoException): boolean {
    const { request, response } = this.#call;
    const safe = (request.method === 'GET' || request.method === 'HEAD') && !hasBody(request);
    return safe && isClosed(error) && this.#repeats < maxRepeats && !response.headersSent;
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/**
 * In HTTP/1.0 the end of a connection may be the end of an answer. Only a reset shows that the answer is incomplete.
 */
function cut({ request, response }: Call): void {
  if (request.httpVersion === '1.0') request.socket.resetAndDestroy();
  else response.destroy();
}

/** No other coding was asked for, and a body in another one would be unreadable without its name (RFC 9112 §7.4). */
const knownCoding = /^(?:chunked|identity)$/i;

const isClosed = ({ code }: NodeJS.ErrnoException) => code === 'UND_ERR_SOCKET' || code === 'ECONNRESET';
const isTimeout = ({ code }: NodeJS.ErrnoException) => /^(?:UND_ERR_\w+_TIMEOUT|ETIMEDOUT)$/.test(code ?? '');
