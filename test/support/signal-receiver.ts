/** A receiver of pushed Security Event Tokens that knows only RFC 8935. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { until } from './receiver.ts';

interface Pushed {
  readonly headers: IncomingHttpHeaders;
  readonly set: string;
  readonly jti: string;
  /** The account, or the id of the stream, that it is about. */
  readonly about: string;
  readonly type: string;
}

export interface SignalReceiver {
  readonly url: string;
  readonly pushed: Pushed[];
  /** How it answers from now on. */
  answer(how: (response: ServerResponse, got: Pushed) => void): void;
  waitFor(count: number): Promise<Pushed[]>;
  stop(): Promise<void>;
}

export const accept = (response: ServerResponse): void => void response.writeHead(202).end();
export const sayError =
  (err: string, description = '') =>
  (response: ServerResponse): void =>
    void response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ err, description }));

export async function startSignalReceiver(): Promise<SignalReceiver> {
  const pushed: Pushed[] = [];
  let how: (response: ServerResponse, got: Pushed) => void = accept;
  const server = createServer(async (request, response) => {
    let set = '';
    for await (const chunk of request) set += chunk;
    const { jti = '', sub_id: subject, events } = decodeJwt<Record<string, object>>(set);
    const { sub, id } = subject as { sub?: string; id?: string };
    const type =
      Object.keys(events as object)[0]
        ?.split('/')
        .at(-1) ?? '';
    const got = { headers: request.headers, set, jti, about: sub ?? id ?? '', type };
    pushed.push(got);
    how(response, got);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/signals`,
    pushed,
    answer(next) {
      how = next;
    },
    async waitFor(count) {
      await until(
        () => pushed.length >= count,
        undefined,
        () => `${pushed.length} of ${count} signals came: ${JSON.stringify(pushed.map(({ about }) => about))}`,
      );
      return pushed;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
