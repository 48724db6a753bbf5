/** Starts one of the two servers for comparison, bare.ts or naive.ts, in a process of its own. */
import { once } from 'node:events';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { opaqueResource, passwordHash } from './scenario.ts';
import type { Variant } from './variant.ts';

/** The first message to such a server. */
export interface EngineSettings {
  readonly issuer: string;
  readonly databaseUrl: string | undefined;
  readonly passwordHash: string;
}

export const clientSecrets = { service: 'the secret of the service', gateway: 'the secret of the gateway' };

export async function startEngineVariant(
  name: 'bare' | 'naive',
  { env, execArgv, databaseUrl }: { env: Record<string, string>; execArgv: string[]; databaseUrl?: string },
): Promise<Variant> {
  const child = startChild(new URL(`${name}.ts`, import.meta.url), env, execArgv);
  const issuer = `http://127.0.0.1:${await freePort()}`;
  const answer = () => Promise.race([child.ended, once(child.process, 'message')]);
  try {
    child.process.send({ issuer, databaseUrl, passwordHash: await passwordHash() } satisfies EngineSettings);
    await answer();
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    name,
    origin: issuer,
    pid: child.pid,
    app: 'app',
    service: { id: 'service', secret: clientSecrets.service },
    gateway: { id: 'gateway', secret: clientSecrets.gateway },
    opaqueResource,
    async statements() {
      child.process.send('statements');
      const [count] = (await answer()) as [number];
      return count;
    },
    ended: child.ended,
    stop: () => child.stop(),
  };
}
