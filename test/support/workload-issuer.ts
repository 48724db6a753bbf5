/** An issuer of tokens for workloads, over real HTTPS on this machine, which can lie, hang and rotate its keys. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Outbound } from '../../src/outbound/request.ts';
import { makeCertificate } from './certificate.ts';
import { type LocalNetwork, localNetwork } from './network.ts';

export interface WorkloadIssuer {
  readonly issuer: string;
  readonly network: LocalNetwork;
  /** That of `network`. */
  readonly outbound: Outbound;
  /** Paths of all requests. */
  readonly asked: string[];
  /** The published keys. */
  keys: JWK[];
  /** Answers a request by itself. */
  instead: ((path: string, response: ServerResponse) => boolean) | undefined;
  headers: Record<string, string>;
  /** Signs from now on with a new key; returns its public half. */
  rotate(kid?: string): Promise<JWK>;
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  stop(): Promise<void>;
}

export async function startWorkloadIssuer(audience: () => string): Promise<WorkloadIssuer> {
  const { key, cert } = makeCertificate('issuer.example');
  let signing: CryptoKey;
  let signingKid: string;
  const http = createServer({ key, cert }, (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url as string, 'https://x');
    self.asked.push(pathname);
    if (self.instead?.(pathname, response)) return;
    if (pathname === '/.well-known/openid-configuration')
      return answer(response, { issuer: self.issuer, jwks_uri: `${self.issuer}/keys` });
    if (pathname === '/keys') return answer(response, { keys: self.keys });
    response.writeHead(404).end();
  });
  const answer = (response: ServerResponse, body: object) =>
    void response.writeHead(200, { 'content-type': 'application/json', ...self.headers }).end(JSON.stringify(body));
  await new Promise<void>((done) => void http.listen(0, '127.0.0.1', done));
  const network = localNetwork(cert);
  const self: WorkloadIssuer = {
    network,
    outbound: network.outbound,
    issuer: `https://issuer.example:${(http.address() as AddressInfo).port}`,
    asked: [],
    keys: [],
    instead: undefined,
    headers: {},
    async rotate(kid = randomUUID()) {
      const pair = await generateKeyPair('RS256', { extractable: true });
      [signing, signingKid] = [pair.privateKey, kid];
      return { ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' };
    },
    token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const all = {
        iss: self.issuer,
        sub: 'repo:example/notes:ref:refs/heads/main',
        aud: audience(),
        jti: randomUUID(),
        iat: now,
        nbf: now,
        exp: now + 300,
        ...claims,
      };
      return new SignJWT(all)
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: signingKid, ...header })
        .sign(signing);
    },
    stop: () =>
      new Promise((done) => {
        http.close(() => done());
        http.closeAllConnections();
      }),
  };
  self.keys = [await self.rotate('one')];
  return self;
}
