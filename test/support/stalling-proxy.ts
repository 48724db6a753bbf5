/** A TCP proxy to PostgreSQL that can stall the connections of one application: they stay open, and no data passes. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface StallingProxy {
  /** The URL of the database through the proxy. */
  readonly url: string;
  /** Stalls the connections with this application_name, and those that come later. */
  stall(): void;
  release(): void;
  /** Open connections of the application. */
  connections(): number;
  close(): void;
}

/** Finds the application by the first packet of a connection, so connections must not use TLS. */
export async function stallingProxy(databaseUrl: string, applicationName: string): Promise<StallingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const named = new Set<Socket>();
  let stalled = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    near.once('data', (first) => {
      far.write(first);
      // What follows the name is another parameter or the end of the packet.
      if (first.includes(`application_name\0${applicationName}\0`)) {
        for (const socket of [near, far]) named.add(socket);
        if (stalled) pause();
      }
      near.on('data', (chunk) => far.write(chunk));
    });
    far.on('data', (chunk) => near.write(chunk));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        named.delete(one);
        other.destroy();
      });
    }
  });
  const pause = () => {
    for (const socket of named) socket.pause();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    stall() {
      stalled = true;
      pause();
    },
    release() {
      stalled = false;
      for (const socket of named) socket.resume();
    },
    connections: () => named.size / 2,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
