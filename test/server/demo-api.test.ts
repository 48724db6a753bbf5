/** The playground’s API, whose gateway starts with the first call and reads from this server before it answers. */
import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { createLogger } from '../../src/log/index.ts';
import { createDemoApi, type DemoApi } from '../../src/server/demo-api.ts';
import { eventually } from '../support/eventually.ts';

async function listening(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The API in front of an authorization server that answers nothing until it is let go. */
async function heldApi(onCall = (_api: DemoApi) => {}) {
  const held: ServerResponse[] = [];
  let isHeld = true;
  const refuse = (response: ServerResponse) => void response.writeHead(503).end();
  const issuer = await listening((_request, response) => {
    if (isHeld) held.push(response);
    else refuse(response);
  });
  const config = readConfig({ ISSUER: issuer, DATA_DIR: '.data' });
  const api = createDemoApi(config, 'a secret', createLogger({ level: 'silent' }));
  onTestFinished(() => api.stop());
  const counted = { begun: 0, ended: 0 };
  const app = new Koa();
  app.on('error', () => {});
  app.use(async (_ctx, next) => {
    counted.begun += 1;
    const answered = next();
    onCall(api);
    await answered.finally(() => {
      counted.ended += 1;
    });
  });
  app.use(api.middleware);
  const origin = await listening(app.callback());
  return {
    counted,
    held,
    url: `${origin}/playground/api/v1/projects`,
    letGo() {
      isHeld = false;
      for (const response of held.splice(0)) refuse(response);
    },
  };
}

it('a call whose client hangs up while the gateway starts ends, so that its place is free again', async () => {
  const { counted, held, url, letGo } = await heldApi();
  const gone = request(url, { agent: false }).on('error', () => {});
  gone.end();
  await eventually(() => held.length).toBeGreaterThan(0);
  const stays = fetch(url);
  await eventually(() => counted.begun).toBe(2);
  gone.destroy();
  letGo();
  expect((await stays).status).toBe(401);
  await eventually(() => counted).toEqual({ begun: 2, ended: 2 });
});

it('a stop while the gateway starts waits for it', async () => {
  let [isStopping, hasStopped] = [false, false];
  const { held, url, letGo } = await heldApi((api) => {
    isStopping = true;
    void api.stop().then(() => {
      hasStopped = true;
    });
  });
  const call = fetch(url);
  await eventually(() => held.length).toBeGreaterThan(0);
  expect([isStopping, hasStopped]).toEqual([true, false]);
  letGo();
  expect((await call).status).toBe(401);
  await eventually(() => hasStopped).toBe(true);
});
