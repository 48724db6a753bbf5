/**
 * Faults under load. Whatever breaks while calls pass, no revoked token is accepted once the list is too old to be
 * trusted (five seconds), and no valid token is refused before that. The gateway's clocks stand still until a test lets
 * time pass; each phase lasts until a given number of calls was answered in it.
 */
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenError } from '../../src/gateway/errors.ts';
import { createVerifier, type Verifier } from '../../src/gateway/verifier.ts';
import { freePort } from '../support/free-port.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { apiResource, startTestServer, type TestServer } from '../support/server.ts';
import { revoke, sleep, type Wire, wireTo } from './feed-reader.ts';
import { bearer, eventually, follows, standingClocks, startTestGateway, type TestGateway } from './running-gateway.ts';
import { claimsOf, type Forge, forgeOf, gatewayCredentials } from './tokens.ts';

interface Answer {
  who: string;
  status: number;
  /** Counted from 0. A call may end in a later phase than it began in. */
  began: number;
  ended: number;
}

/** Calls by eight callers with all tokens, until stopped; records what each was answered, and in which phase. */
function load(gateway: TestGateway, tokens: Record<string, string>) {
  const answers: Answer[] = [];
  const phases = ['start'];
  let running = true;
  async function call(who: string, token: string): Promise<void> {
    const began = phases.length - 1;
    const { status } = await fetch(`${gateway.origin}/v1/projects`, { headers: bearer(token) });
    answers.push({ who, status, began, ended: phases.length - 1 });
  }
  const callers = Array.from({ length: 8 }, async () => {
    while (running) {
      await Promise.all(Object.entries(tokens).map(([who, token]) => call(who, token)));
      await sleep(8);
    }
  });
  const whole = (who: string, phase: string) =>
    answers.filter((one) => one.who === who && one.began === one.ended && phases[one.began] === phase);
  return {
    /** Begins a phase, which lasts until each token has been answered `count` times in it. */
    async phase(name: string, count = 20): Promise<void> {
      phases.push(name);
      const enough = () => Object.keys(tokens).every((who) => whole(who, name).length >= count);
      if (!(await eventually(enough))) throw new Error(`Too few answers: ${JSON.stringify(answers.slice(-5))}`);
    },
    /** The answers to calls that began and ended in this phase. */
    in: (phase: string, who: string) => [...new Set(whole(who, phase).map(({ status }) => status))],
    /** The answers to calls that began in this phase or later; all of them without a phase. */
    since: (who: string, phase = 'start') =>
      answers.filter((one) => one.who === who && one.began >= phases.indexOf(phase)).map(({ status }) => status),
    begin: (name: string) => void phases.push(name),
    async stop(): Promise<void> {
      running = false;
      await Promise.all(callers);
    },
  };
}

describe('under load', () => {
  let direct: TestServer;
  let node: TestServer;
  let database: Wire;
  let network: Wire;
  let gateway: TestGateway;
  let forge: Forge;
  const clocks = standingClocks();
  beforeAll(async () => {
    direct = await startTestServer();
    database = await wireTo(direct.databaseUrl);
    node = await startTestServer({ beside: { ...direct, databaseUrl: database.url } });
    network = await wireTo(node.issuer);
    forge = await forgeOf(node);
    // Tokens name the node; the gateway reaches it over a line that can be cut.
    const cuttable: typeof fetch = (input, init) =>
      realFetch(String(input).replace(node.issuer, network.url.replace(/\/$/, '')), init);
    globalThis.fetch = cuttable;
    gateway = await startTestGateway(node, {}, { feedClocks: clocks });
    globalThis.fetch = realFetch;
  });
  const realFetch = globalThis.fetch;
  afterAll(async () => {
    globalThis.fetch = realFetch;
    await gateway.stop();
    network.close();
    await node.stop();
    database.close();
    await direct.stop();
  });

  // A token that an app got for itself: introspection finds it active without a grant.
  const claims = { tier: 'enterprise', sub: 'service', client_id: 'service', gid: undefined };
  const followsAgain = () => eventually(() => follows(gateway));
  /** Tried again if a heartbeat was still on its way. */
  const growsStale = () =>
    eventually(async () => {
      clocks.sleep(5_000);
      return !(await follows(gateway));
    });
  const jti = (token: string) => [claimsOf(token).jti as string];

  const faults: [what: string, begins: () => void, ends: () => void, callsWhileStale: number][] = [
    ['the server is cut off and comes back', () => network.cut(), () => network.mend(), 20],
    // Each call waits two seconds for an introspection that never comes.
    ['the network swallows everything, without anybody being told', () => network.swallow(), () => network.mend(), 1],
    ['its database is cut: the server says nothing more', () => database.cut(), () => database.mend(), 20],
  ];
  it.each(faults)('no call is accepted by a list that is five seconds old: %s', async (_what, begins, ends, count) => {
    const tokens = { live: await forge.token(claims), dead: await forge.token(claims) };
    const calls = load(gateway, tokens);
    await calls.phase('well');
    begins();
    // Right after the fault, where the gateway cannot be notified.
    await revoke(direct.db, 'jti', jti(tokens.dead));
    await calls.phase('fresh');
    expect(await growsStale()).toBe(true);
    await calls.phase('stale', count);
    calls.begin('mended');
    ends();
    expect(await followsAgain()).toBe(true);
    await calls.phase('back');
    await calls.stop();
    expect([calls.in('well', 'live'), calls.in('well', 'dead')]).toEqual([[200], [200]]);
    expect(calls.in('fresh', 'live')).toEqual([200]);
    expect([calls.in('stale', 'live'), calls.in('stale', 'dead')]).toEqual([[503], [503]]);
    expect(calls.since('dead', 'stale')).not.toContain(200);
    expect([calls.in('back', 'live'), calls.in('back', 'dead')]).toEqual([[200], [401]]);
    expect(calls.since('live')).not.toContain(401);
  });

  it('a restart of the server is noticed only by tokens that were revoked meanwhile', async () => {
    const port = String(await freePort());
    const iss = `http://localhost:${port}`;
    const again = () => startTestServer({ beside: direct, env: { PORT: port, ISSUER: iss } });
    const first = await again();
    // The clocks stand still, so the start is over before the list is too old, however long it takes.
    const own = await startTestGateway({ issuer: iss }, {}, { feedClocks: standingClocks() });
    const tokens = { live: await forge.token({ ...claims, iss }), dead: await forge.token({ ...claims, iss }) };
    const calls = load(own, tokens);
    await calls.phase('well');
    await first.stop();
    await revoke(direct.db, 'jti', jti(tokens.dead));
    const second = await again();
    expect(await eventually(() => calls.since('dead').includes(401))).toBe(true);
    await calls.phase('back');
    await calls.stop();
    await own.stop();
    await second.stop();
    expect(new Set(calls.since('live'))).toEqual(new Set([200]));
    expect(calls.in('back', 'dead')).toEqual([401]);
  });

  it('a revocation soon applies to every call while nothing is broken', async () => {
    const [live, dead] = [await forge.token(claims), await forge.token(claims)];
    const calls = load(gateway, { live, dead });
    await calls.phase('well');
    calls.begin('revoking');
    await post(node, '/oauth/revoke', { token: dead }, 'service');
    expect(await eventually(() => calls.since('dead').includes(401))).toBe(true);
    await calls.phase('after');
    await calls.stop();
    expect(new Set(calls.since('live'))).toEqual(new Set([200]));
    expect([calls.in('well', 'dead'), calls.in('after', 'dead')]).toEqual([[200], [401]]);
  });
});

describe('a node that lies', () => {
  it('with heartbeats that stand still is not trusted: the gateway introspects, then refuses', async () => {
    const server = await startTestServer();
    const forge = await forgeOf(server);
    const asOf = Date.now() / 1000;
    const said = new Set<ServerResponse>();
    let beats = 0;
    const liar = createHttpServer((_request, response) => {
      said.add(response.writeHead(200, { 'Content-Type': 'text/event-stream' }));
      const say = (event: string, more: object) =>
        response.write(`event: ${event}\ndata: ${JSON.stringify({ cursor: 'f.1', as_of: asOf, ...more })}\n\n`);
      say('snapshot', { feed: 'f', entries: [], more: false });
      say('heartbeat', {});
      const heartbeats = setInterval(() => {
        say('heartbeat', {});
        beats += 1;
      }, 20);
      response.on('close', () => clearInterval(heartbeats));
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    const { port } = liar.address() as { port: number };
    const options = { issuer: server.issuer, audience: apiResource, credentials: gatewayCredentials() };
    const revocations = `http://127.0.0.1:${port}/`;
    const clocks = standingClocks();
    const asking = createVerifier({ ...options, endpoints: { revocations } }, clocks);
    const silent = { revocations, introspection: 'http://127.0.0.1:9/' };
    const alone = createVerifier({ ...options, endpoints: silent }, clocks);
    await Promise.all([asking.ready(), alone.ready()]);
    const { access_token: dead } = await obtainTokens(server);
    const live = (await obtainTokens(server)).access_token;
    await post(server, '/oauth/revoke', { token: dead });
    const outcome = (by: Verifier, token: string) =>
      by.verify(token).then(
        () => 200,
        (error: TokenError) => error.status,
      );
    expect(await outcome(asking, dead)).toBe(200);
    clocks.sleep(5_000);
    const before = beats;
    expect(await eventually(() => beats > before + 10)).toBe(true);
    expect(await Promise.all([outcome(asking, dead), outcome(asking, live), outcome(alone, live)])).toEqual([
      401, 200, 503,
    ]);
    expect(await outcome(alone, await forge.token())).toBe(503);
    await Promise.all([asking.close(), alone.close()]);
    for (const response of said) response.destroy();
    liar.close();
    await server.stop();
  });
});

describe('ten verifiers under load', () => {
  it('all refuse a revoked token, and no other', async () => {
    const server = await startTestServer();
    const options = { issuer: server.issuer, audience: apiResource, credentials: gatewayCredentials() };
    const verifiers = Array.from({ length: 10 }, () => createVerifier(options, standingClocks()));
    await Promise.all(verifiers.map((one) => one.ready()));
    const forge = await forgeOf(server);
    const busy = await forge.token();
    let running = true;
    const work = (async () => {
      while (running) {
        for (let i = 0; i < 10; i += 1) for (const one of verifiers) await one.verify(busy);
        await sleep(5);
      }
    })();
    for (let i = 0; i < 25; i += 1) {
      const token = await forge.token();
      for (const one of verifiers) await one.verify(token);
      await revoke(server.db, 'jti', [claimsOf(token).jti as string]);
      const refusing = verifiers.map((one) =>
        eventually(() =>
          one.verify(token).then(
            () => false,
            (error) => error instanceof TokenError,
          ),
        ),
      );
      expect(await Promise.all(refusing)).toEqual(Array(10).fill(true));
    }
    running = false;
    await work;
    await Promise.all(verifiers.map((one) => one.close()));
    await server.stop();
  });
});
