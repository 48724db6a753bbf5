/** Organisations that allow apps by identity assertions (ID-JAG), and the request of an app with one. */
import { createClient } from '../../src/operations/clients.ts';
import { jwtBearer } from '../../src/policy/id-jag.ts';
import { post } from './oauth.ts';
import { redirectUri, secrets, type TestServer } from './server.ts';
import type { WorkloadIssuer } from './workload-issuer.ts';

/** `UPSTREAMS`: the first issuer is an enterprise provider, the second an ordinary one. */
export function organisationSetting(enterprise: WorkloadIssuer, plain?: WorkloadIssuer): string {
  const entry = { client_id: 'ours', client_secret: 'secret', title: 'Example' };
  return JSON.stringify([
    { ...entry, name: 'example', issuer: enterprise.issuer, enterprise: true },
    ...(plain ? [{ ...entry, name: 'plain', issuer: plain.issuer }] : []),
  ]);
}

/** Adds an app whose users' organisations may allow it. */
export async function addOrganisationApp(
  { db }: Pick<TestServer, 'db'>,
  id: string,
  more: { id_jag_issuers: string } & Record<string, unknown>,
): Promise<void> {
  const client = {
    client_id: id,
    client_name: id,
    type: 'web',
    redirect_uris: [redirectUri],
    scope: 'projects:read projects:write',
    ...more,
  };
  secrets[id] = (await createClient(db, client as never, { id: 'test' })).clientSecret as string;
}

/** The account is the one of this subject of the organisation, as after a first sign-in. */
export async function connectIdentity(
  { db }: Pick<TestServer, 'db'>,
  { issuer }: WorkloadIssuer,
  subject: string,
  accountId: string,
): Promise<void> {
  const text = 'INSERT INTO account_identities (issuer, subject, account_id) VALUES ($1, $2, $3)';
  await db.pgPool.query(text, [issuer, subject, accountId]);
}

/** An assertion about `alice` for `notes`, with what differs. */
export function assertionBy(
  organisation: WorkloadIssuer,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  return organisation.token(
    { sub: 'alice', client_id: 'notes', scope: 'projects:read', ...claims },
    { typ: 'oauth-id-jag+jwt', ...header },
  );
}

export function sendAssertion(
  node: { issuer: string },
  assertion: string,
  more: Record<string, string> = {},
  clientId = 'notes',
) {
  return post(node, '/oauth/token', { grant_type: jwtBearer, assertion, ...more }, clientId);
}
