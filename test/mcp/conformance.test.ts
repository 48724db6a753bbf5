/**
 * `@modelcontextprotocol/conformance` has scenarios for MCP servers, and none for authorization servers. They send no
 * token, so a proxy adds one: what passes here has passed the reference gateway unchanged.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conformance } from '../support/conformance.ts';
import { type McpWorld, mcpScopes, startMcpWorld } from '../support/mcp.ts';
import { obtainTokens } from '../support/oauth.ts';

const program = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url),
);
const seen = conformance(import.meta.url);
let world: McpWorld;
let proxy: Server;
let address: string;
beforeAll(async () => {
  world = await startMcpWorld();
  const { access_token: token } = await obtainTokens(world.server, { resource: world.mcp, scope: mcpScopes.join(' ') });
  proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` };
    const passed = send(`${world.gateway.origin}${incoming.url}`, { method: incoming.method as string, headers });
    passed.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(proxy.address() as { port: number }).port}/mcp`;
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await world.stop();
});

/** The exit code, and what the program printed. */
function run(scenario: string): Promise<{ code: unknown; printed: string }> {
  const cwd = mkdtempSync(join(tmpdir(), 'mcp-conformance-'));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, 'server', '--url', address, '--scenario', scenario],
      { cwd },
      (error, out, err) => {
        resolve({ code: error ? error.code : 0, printed: out + err });
      },
    );
  });
}

it.each(['server-initialize', 'ping', 'tools-list', 'tools-call-simple-text', 'server-sse-multiple-streams'])(
  'the scenario %s passes through the gateway',
  async (scenario) => {
    const { code, printed } = await run(scenario);
    expect(code, printed.slice(0, 4_000)).toBe(0);
    expect(printed).toMatch(/Passed: [1-9]/);
    seen({
      scenario: `MCP scenario ${scenario} through the gateway`,
      specification: 'MCP, server features',
      client: '@modelcontextprotocol/conformance 0.1',
    });
  },
);
