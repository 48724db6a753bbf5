/** An app with a page of its own on a free port, registered as a client, to which a browser can be redirected. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyClient } from '../../src/operations/client-review.ts';
import { createClient } from '../../src/operations/clients.ts';
import type { Database } from '../../src/store/database.ts';
import { authorizeUrl } from './oauth.ts';
import type { TestServer } from './server.ts';

export interface App {
  readonly origin: string;
  /** The parameters received at its redirect URI, in order. */
  readonly answers: URLSearchParams[];
  /** Returns the URL of an authorization request. */
  ask(params?: Record<string, string | undefined>): string;
  stop(): Promise<void>;
}

/** Registers `clientId`, a verified app called Demo Notes with two optional scopes, and starts it. */
export async function startApp(server: TestServer, clientId = 'notes'): Promise<App> {
  const answers: URLSearchParams[] = [];
  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/callback') answers.push(searchParams);
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><link rel="icon" href="data:,"><title>App</title><h1>Back at Demo Notes</h1>');
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${(http.address() as AddressInfo).port}`;
  const redirectUri = `${origin}/callback`;
  await register(server.db, clientId, redirectUri);
  return {
    origin,
    answers,
    ask: (params = {}) => authorizeUrl(server, { client_id: clientId, redirect_uri: redirectUri, ...params }),
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

async function register(db: Database, clientId: string, redirectUri: string): Promise<void> {
  const actor = { id: 'test' };
  const client = {
    client_id: clientId,
    client_name: 'Demo Notes',
    client_uri: 'https://demo-notes.example',
    owner_name: 'Example Company Ltd',
    type: 'spa',
    redirect_uris: [redirectUri],
    optional_scope: 'analytics:read ai:generate',
  };
  await createClient(db, client as never, actor);
  await verifyClient(db, clientId, actor, 'Tried');
}
