/**
 * A server behind a TLS proxy, as in production, at `auth.vibe.test`, and a neighbour `evil.vibe.test` with the same
 * registrable domain. Browsers resolve both names with `hostRules`.
 */
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { freePort } from './free-port.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts';

/** An argument for Chromium that resolves both names to this machine. */
export const hostRules = '--host-resolver-rules=MAP *.vibe.test 127.0.0.1';

export interface Neighbourhood {
  readonly server: TestServer;
  /** `https://auth.vibe.test:…`, the issuer. */
  readonly origin: string;
  /** `https://evil.vibe.test:…` */
  readonly neighbour: string;
  /** Sets the `Set-Cookie` headers and the redirect of the neighbour's further answers. */
  plant(cookies: readonly string[], location?: string): void;
  stop(): Promise<void>;
}

export async function startNeighbourhood(options: TestServerOptions = {}): Promise<Neighbourhood> {
  const port = await freePort();
  const origin = `https://auth.vibe.test:${port}`;
  const started = await startTestServer({
    ...options,
    env: { TRUST_PROXY: 'true', RATE_LIMITS: 'on', ...options.env, ISSUER: origin },
  });
  const server = { ...started, issuer: origin };
  let planted: readonly string[] = [];
  let onward: string | undefined;
  const proxy = createServer({ key, cert }, (incoming, outgoing) => {
    if (incoming.headers.host?.startsWith('evil.')) {
      outgoing.writeHead(onward ? 303 : 200, {
        'Set-Cookie': [...planted],
        'Content-Type': 'text/html',
        ...(onward && { Location: onward }),
      });
      return outgoing.end('<!doctype html><link rel="icon" href="data:,"><title>Neighbour</title><h1>Neighbour</h1>');
    }
    const { port: behind } = new URL(server.listening);
    const headers = {
      ...incoming.headers,
      'x-forwarded-host': incoming.headers.host,
      'x-forwarded-proto': 'https',
      'x-forwarded-for': incoming.socket.remoteAddress,
    };
    const { method, url: path } = incoming;
    const onwards = request({ host: '127.0.0.1', port: behind, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onwards.on('error', () => outgoing.destroy());
    incoming.pipe(onwards);
  });
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
  return {
    server,
    origin,
    neighbour: `https://evil.vibe.test:${(proxy.address() as AddressInfo).port}`,
    plant(cookies, location) {
      planted = cookies;
      onward = location;
    },
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await server.stop();
    },
  };
}

/** Self-signed for `*.vibe.test`, valid until 2126, and used only here. */
const cert = `-----BEGIN CERTIFICATE-----
MIIBojCCAUigAwIBAgIUSgTW75VCFghMkgA2OYk1RHlVQC8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJdmliZS50ZXN0MCAXDTI2MTEyODAxMDgwOVoYDzIxMjYxMTA0
MDEwODA5WjAUMRIwEAYDVQQDDAl2aWJlLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASsXhbqeowZP5XhmoD6Lfddl8p+/ivWh2MsZ9ICV+OWWcCpJsmMxASK
946v+z48pyzXOfgjOeLbLquBVrPIpnh1o3YwdDAdBgNVHQ4EFgQUyKwAtZE/ClO2
aNSp9BOBDN1RNtYwHwYDVR0jBBgwFoAUyKwAtZE/ClO2aNSp9BOBDN1RNtYwDwYD
VR0TAQH/BAUwAwEB/zAhBgNVHREEGjAYggl2aWJlLnRlc3SCCyoudmliZS50ZXN0
MAoGCCqGSM49BAMCA0gAMEUCIEng9mQTUGNAUXQ8+lYv4oyClQBuRwgbbaWnSfkf
ysl5AiEAq4hYTN2p3PYw/jptRcRmZUQmqHJVODKObco3aM+zmCM=
-----END CERTIFICATE-----`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOuQTXnM4ArHwSo9l
biSz60o2TbAun3PVv+aHbqNT9HOhRANCAASsXhbqeowZP5XhmoD6Lfddl8p+/ivW
h2MsZ9ICV+OWWcCpJsmMxASK946v+z48pyzXOfgjOeLbLquBVrPIpnh1
-----END PRIVATE KEY-----`;
