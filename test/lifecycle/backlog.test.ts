/** Connections that come while a process has no time to accept them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';

/** More than Node lets wait by default, which is 511. */
const count = 700;
const root = new URL('../../', import.meta.url);

/** Whether the system lets so many wait; only Linux tells. */
function systemAllows(): boolean {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8')) > count;
  } catch {
    return false;
  }
}

it.runIf(systemAllows()).each([
  [
    'the server',
    `const { listen } = await import('./src/lifecycle/listener.ts');
     const server = await listen(() => {}, { port: 0, host: '127.0.0.1', settings: {} });`,
  ],
  [
    'the gateway',
    `const { createCallServer } = await import('./src/gateway/reference/listener.ts');
     const { accept } = await import('./src/lifecycle/accepting.ts');
     const server = createCallServer(() => {}, 60_000);
     await accept(server, { port: 0, host: '127.0.0.1' });`,
  ],
])(
  '%s lets hundreds of connections wait while it has no time, and the system does not drop them',
  async (_, listens) => {
    const script = `${listens} console.log(server.address().port);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: 'pipe' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [said] = await once(child.stdout, 'data');
    child.kill('SIGSTOP');
    const sockets: Socket[] = [];
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    let connected = 0;
    for (let n = 0; n < count; n += 1) {
      const socket = connect(Number(said), '127.0.0.1', () => {
        connected += 1;
      });
      sockets.push(socket.on('error', () => {}));
    }
    await eventually(() => connected).toBe(count);
  },
);
