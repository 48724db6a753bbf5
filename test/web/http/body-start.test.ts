/** What `readStart` keeps of a body whose sender takes long: nothing, once nobody wants it any more. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Koa, { type Context } from 'koa';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { close, listen, originOf } from '../../../src/lifecycle/listener.ts';
import { readStart } from '../../../src/web/http/forms.ts';
import { eventually } from '../../support/eventually.ts';

const megabyte = 1024 * 1024;
let http: Server;
let read: (ctx: Context) => ReturnType<typeof readStart>;
beforeAll(async () => {
  const app = new Koa();
  app.use(async (ctx) => {
    const { body, whole } = await read(ctx);
    ctx.body = `${body.length} ${whole}`;
  });
  http = await listen(app.callback(), { port: 0, host: '127.0.0.1', settings: { port: '', host: '' } });
});
afterAll(() => close(http, 0));

/** Sends the beginning of a body of `length` bytes. */
async function begin(start: Buffer, length: number): Promise<{ socket: Socket; answer: () => string }> {
  // It does not close its side when the server does: that would end the body.
  const port = Number(new URL(originOf(http)).port);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'connect');
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`);
  socket.write(start);
  return { socket, answer: () => text };
}

it('a body is read whole, or up to its limit', async () => {
  read = (ctx) => readStart(ctx, 10);
  const { answer } = await begin(Buffer.alloc(10), 10);
  await eventually(answer).toMatch(/\r\n\r\n10 true$/);
  const { answer: larger } = await begin(Buffer.alloc(11), 11);
  await eventually(larger).toMatch(/\r\n\r\n11 false$/);
});

it('a body that nobody wants any more is answered at once, and its memory is free', async () => {
  // After five seconds the connection ends, and its memory would be free anyway.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    return process.memoryUsage().arrayBuffers / megabyte;
  };
  const giveUp = new AbortController();
  read = (ctx) => readStart(ctx, 32 * megabyte, giveUp.signal);
  const { socket, answer } = await begin(Buffer.alloc(24 * megabyte), 25 * megabyte);
  await eventually(() => socket.writableLength).toBe(0);
  // What others of this process hold meanwhile changes by a few megabytes.
  await eventually(used).toBeGreaterThan(20);
  const held = used();
  expect(answer()).toBe('');
  giveUp.abort();
  await eventually(answer).toMatch(/\r\n\r\n0 false$/);
  await eventually(() => held - used()).toBeGreaterThan(14);
});
