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

export function listen(handler: RequestListener, { port, host }: { port: number; host: string }): Promise<Server> {
  const server = createServer(bounds, handler);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port, host)));
    server.listen(port, host, () => resolve(server));
  });
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new AppError(
      'conflict',
      `Port ${port} of ${host} is taken by another process. Stop that one, or choose another port.`,
    );
  }
  if (error.code === 'EACCES')
    return new AppError('forbidden', `This user may not listen on port ${port}. Choose one above 1023.`);
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
