/** HAProxy in front of the nodes, with the file of deploy/haproxy for loopback. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { get } from '../http.ts';
import type { Variant } from '../variant.ts';

const program = ['haproxy', '/usr/sbin/haproxy'].find((path) => spawnSync(path, ['-v']).status === 0);

/** Why three nodes are not measured; undefined if the machine has HAProxy. */
export const noBalancer = program === undefined ? 'no haproxy on this machine: apt-get install haproxy' : undefined;

/** Resolves when it serves `origin`. */
export async function startBalancer(
  origin: string,
  nodes: readonly Pick<Variant, 'origin'>[],
): Promise<{ stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'vcauth-balancer-'));
  const file = join(folder, 'haproxy.cfg');
  await writeFile(
    file,
    configOf(await readFile(new URL('../../deploy/haproxy/haproxy.cfg', import.meta.url), 'utf8'), origin, nodes),
  );
  const child = spawn(program as string, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + String(chunk)).slice(-2_000);
  });
  const stop = async () => {
    if (child.exitCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }
    await rm(folder, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + 15_000; child.exitCode === null && Date.now() < deadline; await sleep(50)) {
    const answer = await get(`${origin}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return { stop };
  }
  await stop();
  throw new Error(`haproxy does not serve ${origin}: ${complaint}`);
}

/** The generator plays people of many addresses, so the balancer passes on what it says of them. */
function configOf(text: string, origin: string, nodes: readonly Pick<Variant, 'origin'>[]): string {
  return text
    .replaceAll(/10\.0\.0\.([123]):3000/g, (_, number) => new URL((nodes[Number(number) - 1] as Variant).origin).host)
    .replace(/bind :443 .*/, `bind ${new URL(origin).host}`)
    .replace(/frontend plain[\s\S]*?\n\n/, '')
    .replace(/ {2}http-request set-header X-Forwarded-For .*\n/, '')
    .replace('X-Forwarded-Proto https', 'X-Forwarded-Proto http');
}
