/** A pooler in transaction mode, as PgBouncer is one: many clients, one server process, and ids of its own. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { onTestFinished } from 'vitest';

const sslRequest = 80_877_103;

interface Unit {
  readonly client: Socket;
  readonly bytes: Buffer;
}

/** A server process, which does one unit of work after the other. */
async function startProcess(databaseUrl: string) {
  const upstream = new pg.Client({ connectionString: databaseUrl });
  upstream.on('error', () => {});
  await upstream.connect();
  const { stream } = (upstream as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');
  const queue: Unit[] = [];
  let serving: Socket | undefined;
  const serveNext = () => {
    const next = serving ? undefined : queue.shift();
    if (!next) return;
    serving = next.client;
    stream.write(next.bytes);
  };
  let answer: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    serving?.write(chunk);
    answer = Buffer.concat([answer, chunk]);
    for (let length = sizeOf(answer, 1); length !== undefined; length = sizeOf(answer, 1)) {
      const isReady = answer[0] === code('Z');
      answer = answer.subarray(length);
      if (!isReady) continue;
      serving = undefined;
      serveNext();
    }
  });
  return {
    serve(unit: Unit): void {
      queue.push(unit);
      serveNext();
    },
    end: () => void stream.destroy(),
  };
}

/**
 * Returns its address. It ends with the test. It has one server process; with `inStep` two, and each client has a process of its own for so many
 * units of work, as those of nodes that start together may.
 */
export async function transactionPooler(databaseUrl: string, { inStep = 0 } = {}): Promise<string> {
  const processes = await Promise.all(Array.from({ length: inStep > 0 ? 2 : 1 }, () => startProcess(databaseUrl)));
  let clients = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    const own = processes[clients % processes.length];
    clients += 1;
    let units = 0;
    let greeted = false;
    let sent: Buffer = Buffer.alloc(0);
    let unit: Buffer[] = [];
    client.on('error', () => {});
    client.on('data', (chunk: Buffer) => {
      sent = Buffer.concat([sent, chunk]);
      for (let length = sizeOf(sent, greeted ? 1 : 0); length !== undefined; length = sizeOf(sent, greeted ? 1 : 0)) {
        const message = sent.subarray(0, length);
        sent = sent.subarray(length);
        if (!greeted) {
          greeted = message.readInt32BE(4) !== sslRequest;
          client.write(greeted ? greeting() : 'N');
        } else if (message[0] !== code('X')) {
          unit.push(message);
          if (message[0] !== code('Q') && message[0] !== code('S')) continue;
          units += 1;
          const process = units > inStep ? processes[0] : own;
          process?.serve({ client, bytes: Buffer.concat(unit) });
          unit = [];
        } else client.end();
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    for (const one of processes) one.end();
  });
  const url = new URL(databaseUrl);
  [url.hostname, url.port] = ['127.0.0.1', String((server.address() as AddressInfo).port)];
  return url.href;
}

const code = (letter: string) => letter.charCodeAt(0);

/** The size of the first message; undefined if it is not all there. Messages begin with a type, except the first of a client. */
function sizeOf(bytes: Buffer, typeBytes: 0 | 1): number | undefined {
  if (bytes.length < typeBytes + 4) return undefined;
  const size = typeBytes + bytes.readInt32BE(typeBytes);
  return bytes.length < size ? undefined : size;
}

/** Authentication is done, this is your process, go on. */
function greeting(): Buffer {
  const key = Buffer.alloc(13);
  key.write('K');
  key.writeInt32BE(12, 1);
  key.writeInt32BE(1 + Math.floor(Math.random() * 2 ** 30), 5);
  return Buffer.concat([
    Buffer.from([code('R'), 0, 0, 0, 8, 0, 0, 0, 0]),
    key,
    Buffer.from([code('Z'), 0, 0, 0, 5, code('I')]),
  ]);
}
