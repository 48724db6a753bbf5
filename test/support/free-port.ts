/**
 * Ports for servers that must know their own port before they listen, because it is in their issuer. A port that the system
 * assigns (`listen(0)`) is free at that moment alone: another process may get it for a connection before the server listens.
 * So these are below what systems assign: Linux begins at 32768, others at 49152. Browsers refuse some ports up to 10080.
 *
 * Each process takes its ports from a block of its own, also beside those of another run on the same machine.
 */
import { randomInt } from 'node:crypto';
import { createServer, type ListenOptions } from 'node:net';

const [first, end, blockSize] = [12_000, 32_000, 1_000];
const blocks = (end - first) / blockSize;

let block: Promise<number> | undefined;
let next = 0;

/** Returns a port of 127.0.0.1 on which nobody listens. A process gets each port once, before it begins again. */
export async function freePort(): Promise<number> {
  block ??= takeBlock();
  const begin = first + (await block) * blockSize;
  for (let tries = 0; tries < blockSize; tries += 1) {
    const port = begin + next;
    next = (next + 1) % blockSize;
    if (await listens({ port, host: '127.0.0.1' })) return port;
  }
  throw new Error('Every port is taken.');
}

/** A block is taken by a socket without a file, which Linux frees with the process. Elsewhere a block by chance must do. */
async function takeBlock(): Promise<number> {
  const start = randomInt(blocks);
  if (process.platform !== 'linux') return start;
  for (let n = 0; n < blocks; n += 1) {
    const candidate = (start + n) % blocks;
    if (await listens({ path: `\0vcauth-test-ports-${candidate}` }, { keep: true })) return candidate;
  }
  return start;
}

/** Whether a server can listen there. It does so for a moment, or as long as this process runs. */
const listens = (where: ListenOptions, { keep = false } = {}): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const probe = createServer().unref();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    probe.listen(where, () => {
      if (keep) resolve(true);
      else probe.close(() => resolve(true));
    });
  });
