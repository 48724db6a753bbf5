/** Services that exchange tokens (RFC 8693), and the request that they send. */
import { createClient } from '../../src/operations/clients.ts';
import { post } from './oauth.ts';
import { apiResource, secrets, type TestServer } from './server.ts';

export const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/** Resources of the test API. Start the server with `API_RESOURCES: resourcesSetting`. */
export const billing = `${apiResource}/billing`;
export const reports = `${apiResource}/reports`;
export const resourcesSetting = `${billing}=projects:read projects:write,${reports}=projects:read analytics:read`;

/** Adds a service that is a gateway of some resources and exchanges tokens for others. */
export async function addExchanger(server: TestServer, id: string, more: object): Promise<void> {
  const client = { client_id: id, client_name: id, type: 'service', gateway_resource: apiResource, ...more };
  secrets[id] = (await createClient(server.db, client as never, { id: 'test' })).clientSecret as string;
}

export function exchangeToken(
  server: { issuer: string },
  subjectToken: string,
  clientId: string,
  more: Record<string, string> = {},
) {
  const form = { grant_type: grantType, subject_token: subjectToken, subject_token_type: accessTokenType, ...more };
  return post(server, '/oauth/token', form, clientId);
}
