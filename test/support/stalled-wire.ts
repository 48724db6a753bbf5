/**
 * A network between us and the database that can stand still, as a lost route does: what was sent waits in the kernel's
 * buffers. It is a process of its own, so that it can be stopped.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const program = `
  const { connect, createServer } = require('node:net');
  const [port, host] = process.argv.slice(1);
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    near.pipe(far).pipe(near);
    for (const [one, other] of [[near, far], [far, near]]) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.on('end', () => process.exit()).resume();
`;

export interface StalledWire {
  readonly url: string;
  stall(): void;
  flow(): void;
}

/** It ends with the test. */
export async function stalledWire(databaseUrl: string): Promise<StalledWire> {
  const url = new URL(databaseUrl);
  const child = spawn(process.execPath, ['-e', program, url.port, url.hostname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  [url.hostname, url.port] = ['127.0.0.1', port];
  return {
    url: url.href,
    stall: () => void child.kill('SIGSTOP'),
    flow: () => void child.kill('SIGCONT'),
  };
}
