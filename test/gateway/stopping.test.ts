/** A gateway that is stopped while it is called answers the calls that it has accepted. */
import { Agent, request, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import { bearer, eventually, startTestGateway, startUpstream, type TestUpstream } from './running-gateway.ts';
import { forgeOf } from './tokens.ts';

let server: TestServer;
let upstream: TestUpstream;
let answered = 0;
let holds = false;
const held: ServerResponse[] = [];
beforeAll(async () => {
  server = await startTestServer();
  upstream = await startUpstream((_request, response) => {
    if (holds) return void held.push(response);
    answered += 1;
    response.end('done');
  });
});
afterAll(async () => {
  upstream.stop();
  await server.stop();
});

/** Calls on one kept connection until that is refused; returns the result of each call. */
async function callOn(agent: Agent, origin: string, headers: Record<string, string>): Promise<string[]> {
  const became: string[] = [];
  while (became.at(-1) !== 'ECONNREFUSED') {
    const { promise, resolve } = Promise.withResolvers<string>();
    request(`${origin}/v1/projects`, { agent, headers }, (response) => {
      response.resume().on('end', () => resolve(String(response.statusCode)));
    })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      .end();
    became.push(await promise);
  }
  return became;
}

it('a gateway that stops tells callers in the middle of many calls that their connection ends, and loses no call', async () => {
  const gateway = await startTestGateway(server, { UPSTREAM_URL: upstream.url });
  const headers = bearer(await (await forgeOf(server)).token({ tier: 'enterprise' }));
  const agents = Array.from({ length: 20 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const callers = agents.map((agent) => callOn(agent, gateway.origin, headers));
  // Each caller is in the middle: it has received an answer and waits for the next.
  expect(await eventually(() => answered >= 2 * callers.length)).toBe(true);
  holds = true;
  expect(await eventually(() => held.length === callers.length)).toBe(true);
  const stopped = gateway.stop();
  holds = false;
  for (const response of held) response.end('done');
  await stopped;
  const became = (await Promise.all(callers)).flat();
  for (const agent of agents) agent.destroy();
  expect(became.filter((one) => one === '200').length).toBeGreaterThan(20);
  expect(new Set(became)).toEqual(new Set(['200', 'ECONNREFUSED']));
});
