/** An app that receives webhooks. It verifies them with the library, as docs/webhooks.md describes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { eventuallyTimeoutMs } from './eventually.ts';

export interface Received {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: events are looked at field by field
  readonly event: any;
}

export interface Receiver {
  readonly url: string;
  /** All received events, in order. */
  readonly received: Received[];
  /** Sets how further events are answered. The default is 204. */
  answer(how: (response: ServerResponse, got: Received) => void): void;
  /** Waits until `count` events were received. */
  waitFor(count: number, timeoutMs?: number): Promise<Received[]>;
  stop(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let how: Parameters<Receiver['answer']>[0] = (response) => void response.writeHead(204).end();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const got = { id: String(request.headers['webhook-id']), headers: request.headers, body, event: JSON.parse(body) };
    received.push(got);
    how(response, got);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    received,
    answer(next) {
      how = next;
    },
    async waitFor(count, timeoutMs = eventuallyTimeoutMs) {
      await until(
        () => received.length >= count,
        timeoutMs,
        () => `${received.length} of ${count} events came`,
      );
      return received;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Answers that the app is down, and that the next attempt has to wait for an hour: without that it is made five seconds later, which
 * a slow machine may take to look at the first one.
 */
export const downForAnHour =
  (body?: string): Parameters<Receiver['answer']>[0] =>
  (response) =>
    void response.writeHead(503, { 'retry-after': '3600' }).end(body);

/** Verifies an event. Throws if its signature is wrong. */
export function verify(secret: string, { body, headers }: Pick<Received, 'body' | 'headers'>): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

/** Waits until the condition holds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = eventuallyTimeoutMs,
  problem = () => 'it did not happen',
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${problem()} within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
