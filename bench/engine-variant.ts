/** Starts one of the servers for comparison, bare.ts, naive.ts or node-oauth2-server.ts, in a process of its own. */
import { once } from 'node:events';
import { startChild } from './child.ts';
import type { Tokens } from './first-authorization.ts';
import { freePort } from './free-port.ts';
import { json, post } from './http.ts';
import { opaqueResource, passwordHash } from './scenario.ts';
import type { Variant, VariantName } from './variant.ts';

/** The first message to such a server. */
export interface EngineSettings {
  readonly issuer: string;
  readonly databaseUrl: string | undefined;
  readonly passwordHash: string;
}

/** Without characters that HTTP Basic would encode, which node-oauth2-server does not decode. */
export const clientSecrets = { service: 'the-secret-of-the-service', gateway: 'the-secret-of-the-gateway' };

export async function startEngineVariant(
  name: Exclude<VariantName, 'ours'>,
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
    ...(name === 'node-oauth2-server'
      ? { issuesJwts: false, signIn: (email: string) => signIn(issuer, email) }
      : { issuesJwts: true }),
    async statements() {
      child.process.send('statements');
      const [count] = (await answer()) as [number];
      return count;
    },
    ended: child.ended,
    stop: () => child.stop(),
  };
}

/** By the password grant, since node-oauth2-server has no pages. It is not part of what is measured. */
async function signIn(origin: string, username: string): Promise<Tokens> {
  const form = { grant_type: 'password', client_id: 'app', username, password: 'a password' };
  return json<Tokens>(await post(`${origin}/oauth/token`, form));
}
