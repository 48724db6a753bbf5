/**
 * The world of an MCP client: our server, the reference gateway, and behind it a small real MCP server (Streamable HTTP).
 * A client gets nothing but the address of the MCP server.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import * as v2 from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { updateAccountFields } from '../../src/operations/account-update.ts';
import { updateClient } from '../../src/operations/clients.ts';
import { type StandingClocks, standingClocks, startTestGateway, type TestGateway } from '../gateway/running-gateway.ts';
import { freePort } from './free-port.ts';
import { decide, type Person, signIn } from './person.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts';

/** The tools of the MCP server, and the scope that each needs. */
const tools: Record<string, string> = {
  list_projects: 'projects:read',
  list_deployments: 'deployments:read',
  deploy: 'deployments:write',
  // By this name the conformance suite calls a tool.
  test_simple_text: 'projects:read',
};

export const mcpScopes = ['projects:read', 'deployments:read', 'deployments:write'];

interface McpUpstream {
  readonly url: string;
  readonly seen: { method: string; headers: IncomingHttpHeaders }[];
  stop(): void;
}

/** Each tool answers with who called it. A call that lacks the scope gets 403, as docs/gateway.md says. */
async function startMcpServer(): Promise<McpUpstream> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const seen: McpUpstream['seen'] = [];

  async function newSession(): Promise<StreamableHTTPServerTransport> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    const server = new Server({ name: 'projects', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: Object.keys(tools).map((name) => ({
        name,
        description: `Needs ${tools[name]}`,
        inputSchema: { type: 'object' as const },
      })),
    }));
    server.setRequestHandler(CallToolRequestSchema, (_request, { requestInfo }) => ({
      content: [{ type: 'text', text: `for ${requestInfo?.headers['x-auth-subject']}` }],
    }));
    // Its types differ from the interface by `undefined` only.
    await server.connect(transport as Transport);
    return transport;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    seen.push({ method, headers });
    let body = '';
    for await (const chunk of request) body += chunk;
    const message = body === '' ? undefined : JSON.parse(body);
    const needed = message?.method === 'tools/call' ? tools[message.params.name] : undefined;
    if (needed && !String(headers['x-auth-scope']).split(' ').includes(needed)) {
      response.writeHead(403, { 'X-Auth-Required-Scope': needed }).end();
      return;
    }
    const known = sessions.get(String(headers['mcp-session-id']));
    if (!known && headers['mcp-session-id'] !== undefined) return void response.writeHead(404).end();
    await (known ?? (await newSession())).handleRequest(request, response, message);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    seen,
    stop() {
      for (const transport of sessions.values()) void transport.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface McpWorld {
  readonly server: TestServer;
  readonly gateway: TestGateway;
  readonly upstream: McpUpstream;
  /** The API's address, and that of the MCP server: all that a client knows. */
  readonly api: string;
  readonly mcp: string;
  /** Those of the gateway. */
  readonly clocks: StandingClocks;
  stop(): Promise<void>;
}

export async function startMcpWorld(options: TestServerOptions = {}): Promise<McpWorld> {
  const port = await freePort();
  const api = `http://localhost:${port}`;
  const mcp = `${api}/mcp`;
  const env = { API_RESOURCE: api, API_RESOURCES: `${mcp}=${mcpScopes.join(' ')}`, ...options.env };
  const server = await startTestServer({ ...options, env });
  await updateClient(server.db, 'gateway', { gateway_resource: `${api} ${mcp}` }, { id: 'test' });
  // A test makes more calls in a second than a person.
  await updateAccountFields(server.db, server.person.id, { tier: 'enterprise' }, { id: 'test' });
  const upstream = await startMcpServer();
  const clocks = standingClocks();
  const gatewayEnv = {
    GATEWAY_PORT: String(port),
    API_RESOURCE: api,
    GATEWAY_RESOURCES: JSON.stringify([{ resource: mcp, scopes: mcpScopes, upstream: upstream.url }]),
  };
  const gateway = await startTestGateway(server, gatewayEnv, { feedClocks: clocks });
  return {
    server,
    gateway,
    upstream,
    api,
    mcp,
    clocks,
    async stop() {
      await gateway.stop();
      upstream.stop();
      await server.stop();
    },
  };
}

/** Where the apps of tests listen, as native apps do: any port of the loopback address. */
export const loopbackRedirect = 'http://127.0.0.1:33418/callback';

/** What an app keeps: the storage that both SDKs ask their users to write, and nothing else of the flow. */
export class AppStorage implements v2.OAuthClientProvider {
  readonly redirectUrl = loopbackRedirect;
  /** The address that the app opens in the browser. */
  opened: URL | undefined;
  clientMetadataUrl?: string;
  #information: v2.StoredOAuthClientInformation | undefined;
  #tokens: v2.StoredOAuthTokens | undefined;
  #verifier = '';
  #discovered: v2.OAuthDiscoveryState | undefined;

  /** Without the information of a registered client the app registers itself. */
  constructor(registered?: v2.StoredOAuthClientInformation, metadataUrl?: string) {
    this.#information = registered;
    if (metadataUrl !== undefined) this.clientMetadataUrl = metadataUrl;
  }

  get clientMetadata(): v2.OAuthClientMetadata {
    return { client_name: 'Agent', redirect_uris: [this.redirectUrl], token_endpoint_auth_method: 'none' };
  }
  clientInformation = () => this.#information;
  saveClientInformation(information: v2.StoredOAuthClientInformation): void {
    this.#information = information;
  }
  tokens = () => this.#tokens;
  saveTokens(tokens: v2.StoredOAuthTokens | undefined): void {
    this.#tokens = tokens;
  }
  redirectToAuthorization(url: URL): void {
    this.opened = url;
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier = () => this.#verifier;
  saveDiscoveryState(state: v2.OAuthDiscoveryState): void {
    this.#discovered = state;
  }
  discoveryState = () => this.#discovered;
  invalidateCredentials(which: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (which === 'all' || which === 'tokens') this.#tokens = undefined;
    if (which === 'all' || which === 'client') this.#information = undefined;
  }
}

interface Connection {
  /** @throws an UnauthorizedError of the SDK, once the app has opened the browser */
  connect(): Promise<void>;
  finish(callback: URLSearchParams): Promise<void>;
  call(tool: string): Promise<unknown>;
  tools(): Promise<string[]>;
  close(): Promise<void>;
}

/** Each SDK in its default configuration. */
export const sdks: Record<'@modelcontextprotocol/sdk' | '@modelcontextprotocol/client', Sdk> = {
  '@modelcontextprotocol/sdk': (address, storage) => {
    const client = new ClientV1({ name: 'agent', version: '1.0.0' });
    const transport = new TransportV1(new URL(address), { authProvider: storage as never });
    return {
      connect: () => client.connect(transport as Transport),
      finish: (callback) => transport.finishAuth(callback.get('code') as string),
      call: (name) => client.callTool({ name, arguments: {} }),
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      close: () => client.close(),
    };
  },
  '@modelcontextprotocol/client': (address, storage) => {
    const client = new v2.Client({ name: 'agent', version: '1.0.0' });
    const transport = new v2.StreamableHTTPClientTransport(new URL(address), { authProvider: storage });
    return {
      connect: () => client.connect(transport),
      finish: (callback) => transport.finishAuth(callback),
      call: (name) => client.callTool({ name, arguments: {} }),
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      close: () => client.close(),
    };
  },
};

type Sdk = (address: string, storage: AppStorage) => Connection;

/**
 * The person visits what the app opened in the browser: signs in, allows, and comes back to the app. `picked` are the
 * optional scopes that they leave ticked.
 */
export async function visitOpened(
  world: McpWorld,
  storage: AppStorage,
  person: Person,
  picked: string[] = [],
): Promise<URLSearchParams> {
  let page = await person.visit(String(storage.opened));
  if (page.text.includes('current-password')) page = await signIn(person, page, world.server.person.email);
  if (page.text.includes('name="decision"')) page = await decide(person, page, 'allow', picked);
  const location = page.headers.get('location');
  if (!location?.startsWith(`${storage.redirectUrl}?`)) throw new Error(`no way back to the app: ${page.text}`);
  return new URL(location).searchParams;
}

/** From nothing but the address to an open connection. */
export async function coldStart(
  world: McpWorld,
  sdk: Sdk,
  storage: AppStorage,
  person: Person,
  picked?: string[],
): Promise<Connection> {
  const first = sdk(world.mcp, storage);
  const refused = await first.connect().then(
    () => undefined,
    (error: Error) => error,
  );
  if (!storage.opened) throw new Error(`the app did not open the browser: ${refused}`);
  await first.finish(await visitOpened(world, storage, person, picked));
  const connection = sdk(world.mcp, storage);
  await connection.connect();
  return connection;
}
