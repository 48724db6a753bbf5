/** The setting about other resources behind the reference gateway, such as an MCP server. */
import { apiScopes, isApiScope } from '../policy/scopes.ts';
import { type Parser, resource } from './parsers.ts';

export interface GatewayResource {
  /** Its address, whose path is its path at the gateway. */
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly upstreamUrl: string;
}

const example = '[{"resource": "https://api.vibecaas.com/mcp", "upstream": "http://127.0.0.1:4000"}]';
/** Paths of the API and of the gateway itself. */
const own = ['/v1', '/forward-auth', '/healthz', '/readyz', '/.well-known'];
const members = ['resource', 'scopes', 'upstream'];

/** A JSON array. @throws with the number of the entry and its member */
export function gatewayResources(readUpstream: Parser<string>): Parser<readonly GatewayResource[]> {
  return (text) => {
    const list = parseArray(text).map((entry, index) => {
      try {
        return readOne(entry, readUpstream);
      } catch (error) {
        throw new Error(`entry ${index + 1}: ${(error as Error).message}`);
      }
    });
    const paths = list.map((one) => new URL(one.resource).pathname);
    if (new Set(paths).size < paths.length) throw new Error('has two resources with the same path');
    return list;
  };
}

function parseArray(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch {
    // It is told below what is expected.
  }
  throw new Error(`must be a JSON array such as ${example}`);
}

function readOne(entry: unknown, readUpstream: Parser<string>): GatewayResource {
  if (typeof entry !== 'object' || entry === null) throw new Error('must be an object');
  const unknown = Object.keys(entry).find((name) => !members.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is not known: the members are ${members.join(', ')}`);
  const { resource: address, scopes = apiScopes, upstream } = entry as Record<string, unknown>;
  const audience = member('resource', () => resource(textOf(address)));
  const { pathname } = new URL(audience);
  const taken = own.find((path) => pathname === path || pathname.startsWith(`${path}/`));
  if (pathname === '/' || taken !== undefined) {
    throw new Error(`resource must have a path of its own, such as /mcp, and not ${taken ?? '/'}`);
  }
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string' && isApiScope(scope))) {
    throw new Error(`scopes must be an array of known scopes: ${apiScopes.join(', ')}`);
  }
  return { resource: audience, scopes, upstreamUrl: member('upstream', () => readUpstream(textOf(upstream))) };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('must be a text');
}

function member<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${name} ${(error as Error).message}`);
  }
}
