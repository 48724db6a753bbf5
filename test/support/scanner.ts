/** A secret scanner: it publishes its keys on this machine, and signs reports with them. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Scanner {
  readonly keysUrl: string;
  /** The identifier of its first key. */
  readonly identifier: string;
  /** How often its keys were asked for. */
  readonly asked: () => number;
  /** Answers requests for the keys otherwise; undefined: as at first. */
  answer(how: ((response: ServerResponse) => void) | undefined): void;
  /** Publishes a further key and returns its identifier. */
  addKey(type?: 'P-256' | 'P-384'): string;
  /** The headers of a report with this body. */
  headersFor(body: string | Buffer, identifier?: string): Record<string, string>;
  /** Sends a report to the server and returns the answer. */
  report(issuer: string, entries: unknown, identifier?: string): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

export async function startScanner(): Promise<Scanner> {
  const pairs = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>();
  let how: ((response: ServerResponse) => void) | undefined;
  let asked = 0;
  const published = () => ({
    public_keys: [...pairs].map(([key_identifier, { publicKey }]) => ({
      ...{ key_identifier, key: publicKey.export({ type: 'spki', format: 'pem' }), is_current: true },
    })),
  });
  const server = createServer((_request, response) => {
    asked += 1;
    if (how) how(response);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(published()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const addKey = (namedCurve: 'P-256' | 'P-384' = 'P-256') => {
    const pair = generateKeyPairSync('ec', { namedCurve });
    const identifier = createHash('sha256')
      .update(pair.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex');
    pairs.set(identifier, pair);
    return identifier;
  };
  const identifier = addKey();
  const headersFor = (body: string | Buffer, by = identifier) => {
    const { privateKey } = pairs.get(by) as { privateKey: KeyObject };
    return {
      'Content-Type': 'application/json',
      'Github-Public-Key-Identifier': by,
      'Github-Public-Key-Signature': sign('sha256', Buffer.from(body), privateKey).toString('base64'),
    };
  };
  return {
    keysUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    identifier,
    asked: () => asked,
    answer(next) {
      how = next;
    },
    addKey,
    headersFor,
    async report(issuer, entries, by) {
      const body = JSON.stringify(entries);
      const answer = await fetch(`${issuer}/oauth/leaked-secrets`, {
        method: 'POST',
        headers: headersFor(body, by),
        body,
      });
      return { status: answer.status, body: await answer.json() };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
