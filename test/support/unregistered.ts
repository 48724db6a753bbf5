/** Clients that nobody registered, and people who answer their consent page. */
import { createClient } from '../../src/operations/clients.ts';
import type { Database } from '../../src/store/database.ts';
import { authorizeUrl, callback, exchange, type Tokens } from './oauth.ts';
import { checked, decide, newPerson, type Page, type Person, signIn } from './person.ts';
import { addPerson, redirectUri, secrets, type TestServer } from './server.ts';

let made = 0;

/** A client that came by itself. */
export async function addAgent(db: Database, more: object = {}): Promise<string> {
  made += 1;
  const clientId = `agent-${made}`;
  const input = {
    client_id: clientId,
    client_name: `Agent ${made}`,
    type: 'spa',
    redirect_uris: [redirectUri],
    ...more,
  };
  const { clientSecret } = await createClient(db, input as never, { id: 'test' });
  if (clientSecret) secrets[clientId] = clientSecret;
  await db.pgPool.query("UPDATE clients SET registration_type = 'dynamic' WHERE client_id = $1", [clientId]);
  return clientId;
}

export type Somebody = Person & { readonly id: string; readonly email: string };

/** A new person at `server`. Another browser of theirs is `{ ...somebody, ...newPerson(issuer) }`. */
export async function somebody(server: TestServer): Promise<Somebody> {
  const account = await addPerson(server.db, `${crypto.randomUUID()}@example.com`);
  return { ...account, ...newPerson(server.issuer) };
}

/** Goes to the page that this request leads to, signing in where that is asked. */
export async function ask(server: TestServer, person: Somebody, params: Record<string, string>): Promise<Page> {
  const page = await person.visit(authorizeUrl(server, params));
  return page.text.includes('autocomplete="current-password"') ? signIn(person, page, person.email) : page;
}

export const isQuestion = (page: Page): boolean => page.text.includes('value="allow"');

export interface Answer {
  readonly duration?: string;
  /** What is ticked; else what the page suggests. */
  readonly scope?: string[];
  readonly readOnly?: boolean;
}

/** Allows the request on its consent page, and returns where that leads. */
export async function allow(
  server: TestServer,
  person: Somebody,
  params: Record<string, string>,
  { duration, scope, readOnly }: Answer = {},
): Promise<Page> {
  const page = await ask(server, person, params);
  if (!isQuestion(page)) throw new Error(`nobody is asked: ${page.status} ${page.headers.get('location')}`);
  return decide(person, page, 'allow', [], {
    ...(duration !== undefined && { duration }),
    scope: scope ?? checked(page, 'scope'),
    ...(readOnly && { read_only: 'on' }),
  });
}

export type AgentTokens = Tokens & {
  refresh_token: string;
  refresh_token_expires_in: number;
  authorization_expires_in: number;
};

/** Exchanges the code that a page has led to. */
export async function tokensAt(server: TestServer, page: Page, clientId: string): Promise<AgentTokens> {
  const { status, body } = await exchange(server, callback(page).get('code') ?? 'none', clientId);
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
  return body as unknown as AgentTokens;
}
