/**
 * A host of Client ID Metadata Documents, with a certificate of its own. Sockets and TLS are real; only its name resolves to this
 * machine, and the network that it hands out does not mind the address.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Outbound } from '../../src/outbound/request.ts';
import { makeCertificate } from './certificate.ts';
import { type LocalNetwork, localNetwork } from './network.ts';
import { redirectUri } from './server.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface DocumentHost {
  /** The URL of the document with this name, which is a client id. */
  url(name: string): string;
  /** Serves a complete document under this name, with what differs, and returns its URL. */
  serve(name: string, document?: object, headers?: Record<string, string>): string;
  /** Answers requests for this name otherwise. */
  answer(name: string, answer: Answer): string;
  /** The requests for this name. */
  requests(name: string): readonly IncomingMessage[];
  readonly network: LocalNetwork;
  /** That of `network`. */
  readonly outbound: Outbound;
  stop(): Promise<void>;
}

export async function startDocumentHost(): Promise<DocumentHost> {
  const host = 'agent.example';
  const { key, cert } = makeCertificate(host);
  const answers = new Map<string, Answer>();
  const received: IncomingMessage[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    received.push(request);
    const answer = answers.get((request.url ?? '/').slice(1));
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = (name: string) => `https://${host}:${port}/${name}`;
  const network = localNetwork(cert);
  const self: DocumentHost = {
    network,
    outbound: network.outbound,
    url,
    serve(name, document = {}, headers = {}) {
      const complete = {
        client_id: url(name),
        client_name: 'Agent Smith',
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'none',
        ...document,
      };
      return self.answer(name, (_, response) =>
        response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(complete)),
      );
    },
    answer(name, answer) {
      answers.set(name, answer);
      return url(name);
    },
    requests: (name) => received.filter(({ url: path }) => path === `/${name}`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}
