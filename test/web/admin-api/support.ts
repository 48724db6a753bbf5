/** A service with admin scopes, and its calls. */
import { createClient } from '../../../src/operations/clients.ts';
import { adminScopes } from '../../../src/policy/scopes.ts';
import { post } from '../../support/oauth.ts';
import { secrets, type TestServer } from '../../support/server.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
  readonly body: any;
}

export interface Send {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Bytes to send instead of JSON. */
  file?: Uint8Array<ArrayBuffer> | undefined;
  type?: string;
  token?: string | undefined;
}

/** Registers a service with these scopes. */
export async function addAdmin(server: TestServer, clientId: string, scope = adminScopes.join(' ')): Promise<void> {
  const input = { client_id: clientId, client_name: 'Admin', type: 'service', scope };
  const { clientSecret } = await createClient(server.db, input as never, { id: 'test' });
  secrets[clientId] = clientSecret as string;
}

export async function adminToken(server: TestServer, clientId: string, scope = adminScopes.join(' ')): Promise<string> {
  const form = { grant_type: 'client_credentials', resource: `${server.issuer}/admin/v1`, scope };
  const { body } = await post(server, '/oauth/token', form, clientId);
  if (typeof body.access_token !== 'string') throw new Error(JSON.stringify(body));
  return body.access_token;
}

/** Calls an address below /admin/v1. A body that is not a string is sent as JSON. */
export async function call(
  server: TestServer,
  path: string,
  { method, body, headers, token, file, type }: Send,
): Promise<Reply> {
  const response = await fetch(`${server.issuer}/admin/v1${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...headers,
    },
    ...(file && { body: file }),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}
