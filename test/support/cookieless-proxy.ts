/** A forward proxy that removes cookies, so that a browser behind it behaves as if cookies were disabled. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export async function cookielessProxy(): Promise<{ origin: string; close(): void }> {
  const server = createServer((asked, answer) => {
    const { cookie, ...headers } = asked.headers;
    const onward = request(asked.url ?? '', { method: asked.method, headers }, (response) => {
      const { 'set-cookie': _, ...kept } = response.headers;
      answer.writeHead(response.statusCode ?? 502, kept);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
