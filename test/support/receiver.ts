/** An app that receives webhooks: it verifies each with the library, as docs/webhooks.md says, and answers as it is told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: events are looked at field by field
  readonly event: any;
}

export interface Receiver {
  readonly url: string;
  /** All that came, in order. */
  readonly received: Received[];
  /** Answers from now on; 204 to begin with. */
  answer(how: (response: ServerResponse, got: Received) => void): void;
  /** Waits for the n-th event. */
  waitFor(count: number, ms?: number): Promise<Received[]>;
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
    async waitFor(count, ms = 30_000) {
      await until(
        () => received.length >= count,
        ms,
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

/** What the app does with an event: throws when it is not from us. */
export function verify(secret: string, { body, headers }: Pick<Received, 'body' | 'headers'>): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

/** Looks again and again until it is so. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  ms = 30_000,
  problem = () => 'it did not happen',
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${problem()} within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
