/**
 * Ports for servers that must know their own port before they listen, because it is in their issuer. A port that the system
 * assigns (`listen(0)`) is free at that moment alone: another process may get it for a connection before the server listens.
 * So these are below what systems assign: Linux begins at 32768, others at 49152. Browsers refuse some ports up to 10080.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const [first, end] = [12_000, 32_000];
let next = randomInt(first, end);

/** Returns a port of 127.0.0.1 on which nobody listens. A process gets each port once, before it begins again. */
export async function freePort(): Promise<number> {
  for (let tries = first; tries < end; tries += 1) {
    const port = next;
    next = next + 1 === end ? first : next + 1;
    if (await isFree(port)) return port;
  }
  throw new Error('Every port is taken.');
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
