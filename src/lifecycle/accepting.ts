/**
 * The sockets on which a server accepts connections. Node accepts one connection of each listening socket in a turn of the event
 * loop (libuv 1.52), so with one socket a busy process lets new connections wait for seconds that it could refuse in a
 * millisecond, health checks among them. On Linux a server has several sockets on its port (SO_REUSEPORT), among which the system
 * divides connections.
 */
import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { type AddressInfo, createServer, type ListenOptions, type Server as NetServer } from 'node:net';

/** Where to listen. Port 0 is any free one. */
export interface Address {
  readonly port: number;
  readonly host: string;
}

/** Connections that are accepted in one turn of a busy event loop. Workers share one socket: whoever has time takes the next connection. */
const socketCount = process.platform === 'linux' && !cluster.isWorker ? 16 : 1;

/**
 * Connections that may wait to be accepted, on all sockets together; the system has a maximum of its own for each, mostly 4096.
 * A connection beyond it is tried again by the client's system after 1, 3 and 7 seconds, although a refusal would take a millisecond.
 */
const backlog = 16_384;

const others = new WeakMap<Server, readonly NetServer[]>();

/**
 * Begins to accept connections.
 * @throws the system's error, such as EADDRINUSE, if the address can't be had; nothing is open then
 */
export async function accept(server: Server, address: Address): Promise<void> {
  if (socketCount === 1) return listenOn(server, { ...address, backlog });
  const release = address.port === 0 ? undefined : await holdAlone(address);
  try {
    await listenOnMany(server, address);
  } catch (error) {
    await stopAccepting(server);
    if (!lacksReusePort.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await listenOn(server, { ...address, backlog });
  } finally {
    await release?.();
  }
}

/** Stops accepting connections, and resolves when all that were accepted have ended. */
export async function stopAccepting(server: Server): Promise<void> {
  await Promise.all([server, ...(others.get(server) ?? [])].map(closed));
}

/** What a system answers that does not know SO_REUSEPORT, such as a sandbox. */
const lacksReusePort: ReadonlySet<string> = new Set(['ENOPROTOOPT', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EPERM']);

async function listenOnMany(server: Server, address: Address): Promise<void> {
  const options = { backlog: backlog / socketCount, reusePort: true };
  await listenOn(server, { ...address, ...options });
  const { address: host, port } = server.address() as AddressInfo;
  const more = Array.from({ length: socketCount - 1 }, () => feeding(server));
  others.set(server, more);
  await Promise.all(more.map((one) => listenOn(one, { host, port, ...options })));
}

/** A listening socket whose connections are those of `server`. Its options are what Node gives to an HTTP server. */
function feeding(server: Server): NetServer {
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket));
}

/**
 * Makes sure that no other process has the address: with SO_REUSEPORT, a second server would get a part of the connections of the
 * first. Of starts on a port at the same moment, one continues: it has a socket with the name of the port until the function that is
 * returned is called.
 */
async function holdAlone({ port, host }: Address): Promise<() => Promise<void>> {
  const [name, probe] = [refusing(), refusing()];
  await listenOn(name, { path: `\0vcauth ${port}` }).catch((error: NodeJS.ErrnoException) => {
    // A system without such names only loses what they are for.
    if (error.code === 'EADDRINUSE') throw error;
  });
  try {
    await listenOn(probe, { port, host });
    await closed(probe);
  } catch (error) {
    await closed(name);
    throw error;
  }
  return () => closed(name);
}

/** Anybody on this machine can connect to it. */
const refusing = (): NetServer => createServer((socket) => socket.destroy());

function listenOn(server: NetServer, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    // A later error is about one connection that could not be accepted, and rejects nothing.
    server.on('error', reject);
    server.listen(options, () => resolve());
  });
}

const closed = (server: NetServer): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
