/** A native app's redirect URI: a listener on a loopback port of this machine (RFC 8252 §7.3), for one answer. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../../errors.ts';

export interface Loopback {
  readonly redirectUri: string;
  /** The parameters of the answer. @throws AppError expired if none arrives within `timeoutMs` */
  answer(timeoutMs: number): Promise<URLSearchParams>;
  close(): void;
}

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>vcauth try</title>
<p>The answer has arrived. You can close this page and go back to the terminal.</p></html>`;

export async function listenOnLoopback(): Promise<Loopback> {
  const arrived = Promise.withResolvers<URLSearchParams>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    // Browsers request an icon too.
    if (url.pathname !== '/callback') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', connection: 'close' }).end(page);
    arrived.resolve(url.searchParams);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    async answer(timeoutMs) {
      const late = new AppError('expired', `no answer came within ${Math.round(timeoutMs / 60_000)} minutes`);
      const timer = setTimeout(() => arrived.reject(late), timeoutMs);
      try {
        return await arrived.promise;
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
