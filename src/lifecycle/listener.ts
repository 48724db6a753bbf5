/** The HTTP listener, with bounds on slow and endless requests, and its graceful end. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../errors.ts';
import { endEarlyAnswers } from './early-answers.ts';

/** Headers within 15 s, a whole request within 30 s, looked at each second; 16 KB of headers. Milliseconds and bytes. */
const bounds = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
};

/** Where to listen, and the environment variables that say so. */
export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly settings: { readonly port: string; readonly host: string };
}

/** @throws AppError that names the setting to change, when nothing can listen there */
export function listen(handler: RequestListener, options: ListenOptions): Promise<Server> {
  const server = createServer(bounds, endEarlyAnswers(handler));
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explainListening(error, options)));
    server.listen(options.port, options.host, () => resolve(server));
  });
}

/** A port that this process has, before it can answer there. */
export interface HeldPort {
  readonly server: Server;
  /** From now on `handler` answers. */
  serve(handler: RequestListener): void;
}

/**
 * Listens at once, so that a start that can't listen changes nothing, and of two starts on one port only one goes on. Until
 * `serve` is called, the process says that it lives and is not ready.
 * @throws AppError as `listen` does
 */
export async function holdPort(options: ListenOptions): Promise<HeldPort> {
  let answer: RequestListener = answerStarting;
  const server = await listen((request, response) => answer(request, response), options);
  return {
    server,
    serve(handler) {
      answer = handler;
    },
  };
}

/** A start may take long, as when it migrates: it must not be taken for a process that hangs. */
export const answerStarting: RequestListener = ({ url }, response) => {
  const lives = /^\/healthz\/?(\?|$)/i.test(url ?? '');
  const body = lives
    ? { status: 'ok' }
    : { error: 'temporarily_unavailable', error_description: 'The server is starting' };
  response.writeHead(lives ? 200 : 503, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
    ...(lives ? {} : { 'Retry-After': '2' }),
  });
  response.end(JSON.stringify(body));
};

/** What to do about a listener that could not start; any other error as it is. */
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

/** After its last answer, a connection that was promised to be kept may bring one more request; milliseconds. */
const promised = 500;

/**
 * Accepts nothing new, finishes what is in flight, and cuts what is still open after `graceMs`. Whoever calls again on a
 * connection is told that it ends with that answer, and loses no call to its end.
 */
export function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    server.prependListener('request', (_request, response) => {
      response.shouldKeepAlive = false;
    });
    Object.assign(server, { keepAliveTimeout: promised, keepAliveTimeoutBuffer: 0 });
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}

/** Where a server listens, as this machine reaches it. */
export function originOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
