/** A server that greets, and then sends a line letter by letter, again and again, and so never ends it. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

interface TricklingServer {
  readonly port: number;
  /** Open connections. */
  connections(): number;
  stop(): Promise<void>;
}

export async function startTricklingServer(greeting: string, line: string, pauseMs: number): Promise<TricklingServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.resume();
    socket.write(greeting);
    let at = 0;
    const timer = setInterval(() => socket.write(line[at++ % line.length] as string), pauseMs);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      sockets.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
