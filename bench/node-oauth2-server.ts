/**
 * The variant "node-oauth2-server": the library of that name with PostgreSQL as its documentation and most of its users have
 * it, with one table for tokens, opaque tokens, a model with one statement for each call, and a pool. Clients are read from
 * their table for every request. Secrets and tokens are stored as they are, which saves it the hashes. Introspection, which
 * the library does not have, authenticates the client and looks the token up. Started by engine-variant.ts.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import OAuth2Server from '@node-oauth/oauth2-server';
import Koa, { type Context } from 'koa';
import pg from 'pg';
import { clientSecrets, type EngineSettings } from './engine-variant.ts';
import { scope } from './scenario.ts';

const schema = `
  CREATE TABLE oauth_clients (
    client_id text PRIMARY KEY, client_secret text, grants text[] NOT NULL, redirect_uris text[] NOT NULL DEFAULT '{}');
  CREATE TABLE oauth_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    access_token text NOT NULL UNIQUE, access_token_expires_at timestamptz NOT NULL,
    refresh_token text UNIQUE, refresh_token_expires_at timestamptz,
    scope text[] NOT NULL, client_id text NOT NULL REFERENCES oauth_clients, user_id text NOT NULL);
  CREATE INDEX ON oauth_tokens (client_id);
  CREATE INDEX ON oauth_tokens (user_id)`;

const clients = [
  ['app', null, ['password', 'refresh_token']],
  ['service', clientSecrets.service, ['client_credentials']],
  ['gateway', clientSecrets.gateway, []],
] as const;

const [settings] = (await once(process, 'message')) as [EngineSettings];
const pool = new pg.Pool({ connectionString: settings.databaseUrl as string, max: 10 });
await pool.query(schema);
for (const [id, secret, grants] of clients)
  await pool.query('INSERT INTO oauth_clients VALUES ($1, $2, $3)', [id, secret, grants]);

let statements = 0;

async function query<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<pg.QueryResult<Row>> {
  statements += 1;
  return pool.query<Row>(text, values);
}

interface ClientRow {
  client_id: string;
  client_secret: string | null;
  grants: string[];
}

interface TokenRow {
  access_token: string;
  access_token_expires_at: Date;
  refresh_token: string;
  refresh_token_expires_at: Date;
  scope: string[];
  client_id: string;
  user_id: string;
}

async function getClient(id: string, secret: string | null): Promise<OAuth2Server.Client | undefined> {
  const text = 'SELECT client_id, client_secret, grants FROM oauth_clients WHERE client_id = $1';
  const [row] = (await query<ClientRow>(text, [id])).rows;
  if (!row || (row.client_secret !== null && row.client_secret !== secret)) return undefined;
  return { id: row.client_id, grants: row.grants };
}

const tokenColumns = `access_token, access_token_expires_at, refresh_token, refresh_token_expires_at, scope, client_id, user_id`;

async function findToken(column: 'access_token' | 'refresh_token', value: string): Promise<TokenRow | undefined> {
  return (await query<TokenRow>(`SELECT ${tokenColumns} FROM oauth_tokens WHERE ${column} = $1`, [value])).rows[0];
}

const model = {
  getClient,
  async getRefreshToken(token: string): Promise<OAuth2Server.RefreshToken | undefined> {
    const row = await findToken('refresh_token', token);
    return (
      row && {
        refreshToken: row.refresh_token,
        refreshTokenExpiresAt: row.refresh_token_expires_at,
        scope: row.scope,
        client: { id: row.client_id, grants: [] },
        user: { id: row.user_id },
      }
    );
  },
  async getAccessToken(): Promise<undefined> {},
  async revokeToken({ refreshToken }: OAuth2Server.RefreshToken): Promise<boolean> {
    return (await query('DELETE FROM oauth_tokens WHERE refresh_token = $1', [refreshToken])).rowCount === 1;
  },
  async saveToken(token: OAuth2Server.Token, client: OAuth2Server.Client, user: OAuth2Server.User) {
    const values = [
      token.accessToken,
      token.accessTokenExpiresAt,
      token.refreshToken,
      token.refreshTokenExpiresAt,
      token.scope,
      client.id,
      user.id,
    ];
    await query(`INSERT INTO oauth_tokens (${tokenColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7)`, values);
    return { ...token, client, user };
  },
  getUserFromClient: async ({ id }: OAuth2Server.Client) => ({ id }),
  // Only prepares the first tokens of a person, so that no pages are needed.
  getUser: async (username: string) => ({ id: username }),
  validateScope: async (_user: unknown, _client: unknown, asked: string[] = [scope]) => asked,
};

const oauth = new OAuth2Server({
  model,
  accessTokenLifetime: 3600,
  refreshTokenLifetime: 30 * 24 * 3600,
  requireClientAuthentication: { password: false, refresh_token: false },
});

const app = new Koa();
app.use(async (ctx) => {
  if (ctx.method === 'POST' && ctx.path === '/oauth/token') await token(ctx);
  if (ctx.method === 'POST' && ctx.path === '/oauth/introspect') await introspect(ctx);
});

async function token(ctx: Context): Promise<void> {
  const { headers, method, query } = ctx as { headers: Record<string, string>; method: string; query: object };
  const request = new OAuth2Server.Request({ headers, method, query: { ...query }, body: await readForm(ctx) });
  const response = new OAuth2Server.Response();
  await oauth.token(request, response).catch((error: unknown) => {
    if (!(error instanceof OAuth2Server.OAuthError)) throw error;
  });
  ctx.set(response.headers ?? {});
  ctx.status = response.status ?? 500;
  ctx.body = response.body;
}

async function introspect(ctx: Context): Promise<void> {
  const form = await readForm(ctx);
  const [id = '', secret = ''] = Buffer.from(ctx.get('authorization').slice('Basic '.length), 'base64')
    .toString()
    .split(':')
    .map(decodeURIComponent);
  if (!(await getClient(id, secret))) ctx.throw(401);
  const row = await findToken('access_token', form.token ?? '');
  const exp = row && Math.floor(row.access_token_expires_at.getTime() / 1000);
  ctx.set('Cache-Control', 'no-store');
  if (!row || !exp || exp < Date.now() / 1000) ctx.body = { active: false };
  else {
    const { client_id, user_id: sub, scope } = row;
    ctx.body = { active: true, token_type: 'Bearer', client_id, sub, scope: scope.join(' '), exp };
  }
}

async function readForm(ctx: Context): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

const server = createServer({ keepAliveTimeout: 65_000 }, app.callback());
server.listen(Number(new URL(settings.issuer).port), '127.0.0.1');
await once(server, 'listening');
process.once('SIGTERM', () => process.exit());
process.on('message', () => process.send?.(statements));
process.send?.('listening');
