/**
 * A gateway, which reads the feed in a process of its own, is frozen, killed, and loses the node that it follows, under load. No
 * token passes it whose revocation it missed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { bearer, follows } from '../gateway/running-gateway.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { processEnv } from '../support/process-env.ts';
import { secrets, type TestServer } from '../support/server.ts';
import { startInstallation } from './support/installation.ts';
import { startLoad } from './support/ledger.ts';
import { startBalancer } from './support/nodes.ts';

it('a gateway that is frozen, killed, and loses the node that it follows', async () => {
  const { url, db, fill } = await startInstallation();
  const balancer = await startBalancer();
  const nodes = [await balancer.add({ databaseUrl: url }), await balancer.add({ databaseUrl: url })];
  const server = await fill(balancer.origin);
  const load = await startLoad(server);
  const port = String(await freePort());
  const first = await startGateway(server, port);
  const call = (token: string) => callWith(port, token);

  // It has just let these pass, and their revocation is answered while it can't hear of it.
  const missed = await tokensThatPass(server, call);
  first.kill('SIGSTOP');
  await Promise.all(missed.map((token) => revoke(server, token)));
  await sleep(6_000);
  first.kill('SIGCONT');
  expect(await Promise.all(missed.map(call))).toEqual(missed.map(() => 401));
  await eventually(() => follows({ origin: originOf(port) })).toBe(true);
  expect(await Promise.all(missed.map(call))).toEqual(missed.map(() => 401));

  // One of these nodes is the one that it follows.
  while (nodes.length > 0) {
    const ended = await tokensThatPass(server, call);
    nodes.shift()?.signal('SIGKILL');
    await Promise.all(ended.map((token) => revoke(server, token)));
    await eventually(() => Promise.all(ended.map(call))).toEqual(ended.map(() => 401));
    await balancer.add({ databaseUrl: url });
    await load.progress();
  }

  const late = await tokensThatPass(server, call);
  first.kill('SIGKILL');
  await Promise.all(late.map((token) => revoke(server, token)));
  await startGateway(server, port);
  // Some of each: an account may make only so many calls, and an address only so many with wrong tokens.
  const revoked = [...missed, ...late, ...load.revokedTokens().slice(-6)];
  expect(revoked).toHaveLength(12);
  expect(await Promise.all(revoked.map(call))).toEqual(revoked.map(() => 401));
  const live = load.liveTokens().slice(-6);
  expect(await Promise.all(live.map(call))).toEqual(live.map(() => 200));
  await load.settle(db);
});

const originOf = (port: string) => `http://127.0.0.1:${port}`;

const callWith = async (port: string, token: string) =>
  (await fetch(`${originOf(port)}/v1/projects`, { headers: bearer(token) })).status;

/** It follows the feed when this resolves, and ends with the test. */
async function startGateway({ issuer }: TestServer, port: string): Promise<ChildProcess> {
  const settings = { GATEWAY_PORT: port, ISSUER: issuer, GATEWAY_CLIENT_ID: 'gateway' };
  const env = { ...processEnv(), ...settings, GATEWAY_CLIENT_SECRET: secrets.gateway };
  const child = spawn(process.execPath, ['src/gateway-server/main.ts'], { env, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await eventually(() => follows({ origin: originOf(port) }).catch(() => false)).toBe(true);
  return child;
}

/** The tokens of new families, with which a call passes. */
async function tokensThatPass(server: TestServer, call: (token: string) => Promise<number>): Promise<string[]> {
  const families = await Promise.all([obtainTokens(server), obtainTokens(server), obtainTokens(server)]);
  const tokens = families.map(({ access_token: token }) => token);
  expect(await Promise.all(tokens.map(call))).toEqual([200, 200, 200]);
  return tokens;
}

/** Sends it again until it is answered. */
async function revoke(server: TestServer, token: string): Promise<void> {
  const status = () =>
    post(server, '/oauth/revoke', { token }).then(
      (answer) => answer.status,
      () => 0,
    );
  await eventually(status).toBe(200);
}
