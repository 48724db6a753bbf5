/** The HTTP listener, with bounds on slow and endless requests, and its graceful end. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from './errors.ts';

/** Headers within 15 s, a whole request within 30 s, looked at each second; 16 KB of headers. Milliseconds and bytes. */
const bounds = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
};

/** Where to listen, and the environment variables that say so. */
interface Place {
  readonly port: number;
  readonly host: string;
  readonly settings: { readonly port: string; readonly host: string };
}

/** @throws AppError that names the setting to change, when nothing can listen there */
export function listen(handler: RequestListener, place: Place): Promise<Server> {
  const server = createServer(bounds, handler);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explainListening(error, place)));
    server.listen(place.port, place.host, () => resolve(server));
  });
}

/** What to do about a listener that could not start; any other error as it is. */
export function explainListening(error: NodeJS.ErrnoException, { port, host, settings }: Place): Error {
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
    return new AppError('invalid', `${host} is no address of this machine. Choose another one: ${settings.host}.`);
  }
  return error;
}

/** Accepts nothing new, finishes what is in flight, and cuts what is still open after `graceMs`. */
export function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection that is kept alive becomes idle only after its answer.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
  });
}

/** Where a server listens, as this machine reaches it. */
export function originOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
