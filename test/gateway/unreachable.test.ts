/** A server that cannot be reached: the verifier says which scheme, host and port it tried, and why that failed. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Agent, fetch as fetchBy } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { createIntrospection } from '../../src/gateway/introspection.ts';
import { createVerifier } from '../../src/gateway/verifier.ts';
import { makeCertificate } from '../support/certificate.ts';
import { deadPort } from '../support/server.ts';
import { eventually } from './running-gateway.ts';

const credentials = { clientId: 'gateway', clientSecret: 'a secret that no message repeats' };
const stops: (() => void)[] = [];
afterAll(() => {
  for (const stop of stops) stop();
});

async function serve(listener: RequestListener, tls?: { key: string; cert: string }): Promise<string> {
  const one = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    one.closeAllConnections();
    one.close();
  });
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(one.address() as { port: number }).port}`;
}

const cases: [what: string, issuer: () => Promise<string>, reason: RegExp][] = [
  ['nobody listens', async () => `http://127.0.0.1:${deadPort}`, /: connect ECONNREFUSED/],
  ['nobody listens at a name', async () => `http://localhost:${deadPort}`, /ECONNREFUSED/],
  ['the name is unknown', async () => 'https://auth.invalid', /: getaddrinfo (?:ENOTFOUND|EAI_AGAIN) auth\.invalid/],
  [
    'the certificate is its own',
    async () => serve(() => {}, makeCertificate('127.0.0.1')),
    /: self.signed certificate/,
  ],
  [
    'TLS is spoken to plain HTTP',
    async () => (await serve(() => {})).replace('http:', 'https:'),
    /: \S*(?:SSL|ssl|packet)/,
  ],
  [
    'the server redirects',
    () => serve((_, res) => res.writeHead(302, { Location: '/login' }).end()),
    /: unexpected redirect/,
  ],
  [
    'the server breaks off',
    () => serve((_, res) => void res.writeHead(200, { 'Content-Length': 9 }).write('{', () => res.destroy())),
    /: other side closed/,
  ],
  ['the connection is reset', () => serve((req) => req.socket.resetAndDestroy()), /ECONNRESET/],
  ['a website answers', () => serve((_, res) => res.end('<!doctype html>')), /JSON object/],
  ['the page is missing', () => serve((_, res) => res.writeHead(404).end()), / 404/],
  ['the document is another one', () => serve((_, res) => res.end('{}')), /no key set/],
];

/** Scheme, host and port; with the port even if the address omits it. */
function place(issuer: string): string {
  const { protocol, hostname, port } = new URL(issuer);
  return `${protocol}//${hostname}:${port || '443'}`;
}

describe('where the server cannot be asked since', () => {
  it.each(cases)('%s, ready() and the log say where and why', async (_what, make, reason) => {
    const issuer = await make();
    const problems: string[] = [];
    const onProblem = ({ message }: Error) => problems.push(message);
    const verifier = createVerifier({ issuer, audience: 'https://api.example', credentials, onProblem });
    const failed = await verifier.ready().catch(({ message }: Error) => message);
    expect(failed).toContain(place(issuer));
    expect(failed).toMatch(reason);
    expect(failed).not.toMatch(/fetch failed|terminated/);
    // The keys and the feed report separately.
    expect(await eventually(() => problems.length > 1)).toBe(true);
    await verifier.close();
    for (const problem of problems) expect(problem).toContain(place(issuer));
    expect(problems.join()).not.toMatch(/fetch failed|terminated|a secret/);
  });

  it('nobody listens, the cause of a refusal says so too', async () => {
    const issuer = `http://127.0.0.1:${deadPort}`;
    const ask = createIntrospection({ url: `${issuer}/oauth/introspect`, credentials, fetch });
    await expect(ask('token')).rejects.toThrow(`${issuer} cannot be reached: connect ECONNREFUSED`);
  });
});

it('a name has addresses that all fail, the reason for each is given', async () => {
  // As for `localhost` where it has addresses of both families.
  const both = [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
  ];
  const dispatcher = new Agent({ connect: { lookup: (_name, _options, found) => found(null, both) } });
  const byBoth = ((url: string, init: object) => fetchBy(url, { ...init, dispatcher })) as unknown as typeof fetch;
  const url = `http://auth.example:${deadPort}`;
  const asked = createIntrospection({ url, credentials, fetch: byBoth })('token');
  await expect(asked).rejects.toThrow(
    new RegExp(
      `^${url} cannot be reached: connect ECONNREFUSED 127\\.0\\.0\\.1:\\d+, connect ECONNREFUSED 127\\.0\\.0\\.2`,
    ),
  );
  await dispatcher.close();
});

it('a feed breaks off after it began, its address is named', async () => {
  const issuer = await serve((request, response) => {
    if (request.url === '/oauth/jwks') return response.end('{"keys":[]}');
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': hello\n\n', () => response.destroy());
  });
  const problems: string[] = [];
  const onProblem = ({ message }: Error) => problems.push(message);
  const verifier = createVerifier({ issuer, audience: 'https://api.example', credentials, onProblem });
  expect(await eventually(() => problems.length > 0)).toBe(true);
  await verifier.close();
  expect(problems[0]).toMatch(`${issuer} broke off its answer: other side closed`);
});
