/**
 * Both SDKs of MCP in their default configuration, with nothing but the address of the MCP server: challenge, metadata,
 * consent, call, step-up, refresh, and the end when the person disconnects the app.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { conformance } from '../support/conformance.ts';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import {
  AppStorage,
  coldStart,
  loopbackRedirect,
  type McpWorld,
  mcpScopes,
  sdks,
  startMcpWorld,
  visitOpened,
} from '../support/mcp.ts';
import { newPerson } from '../support/person.ts';

const seen = conformance(import.meta.url);
let world: McpWorld;
let documents: DocumentHost;
beforeAll(async () => {
  documents = await startDocumentHost();
  world = await startMcpWorld({ outbound: documents.outbound });
});
afterAll(async () => {
  await world.stop();
  await documents.stop();
});

/** For server, gateway and app, until the test ends. */
function twoHoursPass(): void {
  const ms = 2 * 3_600_000;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  world.clocks.sleep(ms);
  onTestFinished(() => {
    vi.useRealTimers();
    world.clocks.sleep(-ms);
  });
}

const registeredApp = () => new AppStorage({ client_id: 'native', issuer: world.server.issuer });
const scopeOf = (storage: AppStorage) => storage.tokens()?.scope?.split(' ').sort();
const result = () => ({ content: [{ type: 'text', text: `for ${world.server.person.id}` }] });

const versions: Record<keyof typeof sdks, string> = {
  '@modelcontextprotocol/sdk': '@modelcontextprotocol/sdk 1.32',
  '@modelcontextprotocol/client': '@modelcontextprotocol/client 2.4',
};

describe.each(Object.entries(sdks))('%s', (name, sdk) => {
  const client = versions[name as keyof typeof sdks];

  it('finds its way from the address of the MCP server to a call', async () => {
    const storage = registeredApp();
    const connection = await coldStart(world, sdk, storage, newPerson(world.server.issuer));
    const asked = storage.opened?.searchParams;
    expect(asked?.get('resource')).toBe(world.mcp);
    // The challenge names the scopes that change nothing; the rest is asked for when a tool needs it.
    expect(asked?.get('scope')).toBe('projects:read deployments:read');
    expect(await connection.tools()).toContain('deploy');
    world.upstream.seen.length = 0;
    expect(await connection.call('list_projects')).toMatchObject(result());
    const [call] = world.upstream.seen;
    expect(call?.headers).toMatchObject({
      'x-auth-subject': world.server.person.id,
      'x-auth-client': 'native',
      'mcp-session-id': expect.any(String),
      'mcp-protocol-version': expect.any(String),
    });
    expect(call?.headers.authorization).toBeUndefined();
    seen({
      scenario: 'MCP server found, authorized and called',
      specification: 'MCP Authorization, RFC 9728 §5, RFC 8414 §3, RFC 8707 §2',
      client,
    });
    await connection.close();
  });

  it('names itself by the address of its document, without a registration', async () => {
    const clientId = documents.serve(`${name.replaceAll('/', '-')}.json`, {
      client_name: 'Agent',
      redirect_uris: [loopbackRedirect],
      token_endpoint_auth_method: 'none',
    });
    const storage = new AppStorage(undefined, clientId);
    const connection = await coldStart(world, sdk, storage, newPerson(world.server.issuer), mcpScopes);
    expect(storage.opened?.searchParams.get('client_id')).toBe(clientId);
    world.upstream.seen.length = 0;
    expect(await connection.call('list_projects')).toMatchObject(result());
    expect(world.upstream.seen[0]?.headers['x-auth-client']).toBe(clientId);
    seen({
      scenario: 'Client id that is a URL',
      specification: 'draft-ietf-oauth-client-id-metadata-document §3',
      client,
    });
    await connection.close();
  });

  it('registers itself where nobody knows it, calls, and refreshes', async () => {
    const storage = new AppStorage();
    const connection = await coldStart(world, sdk, storage, newPerson(world.server.issuer));
    const clientId = storage.opened?.searchParams.get('client_id') ?? '';
    world.upstream.seen.length = 0;
    expect(await connection.call('list_projects')).toMatchObject(result());
    expect(world.upstream.seen[0]?.headers['x-auth-client']).toBe(clientId);
    const before = storage.tokens()?.access_token;
    twoHoursPass();
    expect(await connection.call('list_projects')).toMatchObject(result());
    expect(storage.tokens()?.access_token).not.toBe(before);
    seen({ scenario: 'Dynamic registration', specification: 'RFC 7591 §3', client });
    await connection.close();
  });

  it('asks for one scope more when a tool needs it, and keeps those that it had', async () => {
    const [storage, person] = [registeredApp(), newPerson(world.server.issuer)];
    const connection = await coldStart(world, sdk, storage, person);
    expect(scopeOf(storage)).toEqual(['deployments:read', 'projects:read']);
    // Version 1 refreshes before it asks, which gives no more scopes, so an app that wants more drops its refresh token.
    if (name === '@modelcontextprotocol/sdk') {
      await expect(connection.call('deploy')).rejects.toThrow('403 after trying upscoping');
      const { refresh_token: _dropped, ...others } = storage.tokens() ?? (undefined as never);
      storage.saveTokens(others);
      await connection.tools();
    }
    await expect(connection.call('deploy')).rejects.toThrow(/Unauthorized/);
    expect(storage.opened?.searchParams.get('scope')?.split(' ').sort()).toEqual([...mcpScopes].sort());
    await connection.finish(await visitOpened(world, storage, person, mcpScopes));
    expect(await connection.call('deploy')).toMatchObject(result());
    expect(await connection.call('list_projects')).toMatchObject(result());
    seen({
      scenario: 'Step-up when a scope is missing',
      specification: 'RFC 6750 §3.1, MCP Authorization',
      client,
      ...(name === '@modelcontextprotocol/sdk' && { result: 'passed if the app drops its refresh token first' }),
    });
    await connection.close();
  });

  it('refreshes when the access token has expired', async () => {
    const storage = registeredApp();
    const connection = await coldStart(world, sdk, storage, newPerson(world.server.issuer));
    const before = storage.tokens()?.access_token;
    twoHoursPass();
    expect(await connection.call('list_projects')).toMatchObject(result());
    expect(storage.tokens()?.access_token).not.toBe(before);
    seen({ scenario: 'Refresh', specification: 'RFC 6749 §6', client });
    await connection.close();
  });

  it('is refused with a challenge as soon as the gateway hears that the person disconnected it, and asks again', async () => {
    const [storage, person] = [registeredApp(), newPerson(world.server.issuer)];
    const connection = await coldStart(world, sdk, storage, person);
    storage.opened = undefined;
    const apps = await person.visit('/account/apps');
    await person.submit(apps, '/disconnect', { client_id: 'native' });
    const since = performance.now();
    const authorization = `Bearer ${storage.tokens()?.access_token}`;
    let refused: Response;
    do refused = await fetch(world.mcp, { method: 'POST', headers: { authorization } });
    while (refused.status !== 401 && performance.now() - since < 10_000);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer error="invalid_token", error_description="The access token was revoked", scope="projects:read deployments:read", ` +
        `resource_metadata="${world.api}/.well-known/oauth-protected-resource/mcp"`,
    ]);
    await expect(connection.call('list_projects')).rejects.toThrow(/Unauthorized/);
    expect(storage.opened).toBeInstanceOf(URL);
    expect(storage.tokens()).toBeUndefined();
    seen({
      scenario: 'Refused after the person disconnected it, and asks again',
      specification: 'RFC 6750 §3.1',
      client,
    });
    await connection.close();
  });
});
