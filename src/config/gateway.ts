/** The settings of the reference gateway (`npm run gateway`), in the same form as those of the server. */
import { BlockList, isIP } from 'node:net';
import { parseAddress } from '../policy/ip-address.ts';
import { type GatewayResource, gatewayResources } from './gateway-resources.ts';
import * as parse from './parsers.ts';
import { ConfigError, type Environment } from './problems.ts';
import { readSettings, type SettingsTable } from './read.ts';

/** Where calls are counted. */
export type LimitsUrl = { kind: 'memory' } | { kind: 'postgres' | 'redis'; url: string };

export interface GatewayConfig {
  readonly port: number;
  readonly host: string;
  /** The API's public origin. */
  readonly origin: string;
  readonly issuer: string;
  readonly resource: string;
  /** Others behind this gateway. */
  readonly resources: readonly GatewayResource[];
  readonly clientId: string;
  readonly clientSecret: string;
  /** Undefined means the sample API. */
  readonly upstreamUrl: string | undefined;
  /** Whether what is behind the gateway keeps to `X-Auth-Projects`. */
  readonly upstreamFilters: boolean;
  readonly upstreamTimeoutMs: number;
  readonly limits: LimitsUrl;
  readonly isTrustedProxy: (address: string) => boolean;
  /** In lower case. */
  readonly addressHeader: string | undefined;
  readonly identitySecret: string | undefined;
  /** Whether the server is told what apps do. */
  readonly usageReports: boolean;
  /** Undefined means `pretty` on a terminal, else `json`. */
  readonly logFormat: 'pretty' | 'json' | undefined;
}

export const gatewaySettings: SettingsTable<GatewayConfig> = {
  port: { name: 'GATEWAY_PORT', parse: parse.integer(0, 65_535), default: '3001', doc: 'Port to listen on.' },
  host: { name: 'GATEWAY_HOST', parse: parse.host, default: '127.0.0.1', doc: 'Address to listen on.' },
  origin: {
    name: 'GATEWAY_ORIGIN',
    parse: parse.origin,
    default: undefined,
    defaultDoc: '`http://localhost:` and `GATEWAY_PORT`',
    doc: 'Public origin of the API, as clients see it.',
  },
  issuer: {
    name: 'ISSUER',
    parse: parse.origin,
    default: 'http://localhost:3000',
    doc: 'The authorization server, exactly as tokens name it.',
  },
  resource: {
    name: 'API_RESOURCE',
    parse: parse.resource,
    default: 'https://api.vibecaas.com',
    doc: 'Audience that access tokens must have.',
  },
  resources: {
    name: 'GATEWAY_RESOURCES',
    parse: gatewayResources(upstream),
    default: '[]',
    defaultDoc: 'none',
    doc:
      'Other resources behind this gateway, such as an MCP server: a JSON array of objects with `resource`, `upstream` and ' +
      '`scopes` ([example](gateway.md#several-resources)).',
  },
  clientId: {
    name: 'GATEWAY_CLIENT_ID',
    parse: parse.text,
    default: 'demo-gateway',
    doc: 'Id of a service client that was registered with `--gateway`.',
  },
  clientSecret: {
    name: 'GATEWAY_CLIENT_SECRET',
    parse: parse.text,
    default: undefined,
    defaultDoc: 'required',
    doc: 'Secret of that client. The server prints the one of the demo gateway when it starts.',
  },
  upstreamUrl: {
    name: 'UPSTREAM_URL',
    parse: upstream,
    default: undefined,
    doc: 'Address that allowed calls are forwarded to, with their path. Without it, a small sample API answers.',
  },
  upstreamFilters: {
    name: 'UPSTREAM_FILTERS_PROJECTS',
    parse: parse.flag('on', 'off'),
    default: 'off',
    doc:
      'Whether the upstreams keep to the projects of `X-Auth-Projects` in calls that name none ([how](gateway.md#only-these-projects)). ' +
      'While they do not, apps and API keys that are limited to projects are refused there. The sample API does.',
  },
  upstreamTimeoutMs: {
    name: 'UPSTREAM_TIMEOUT_SECONDS',
    parse: (value) => parse.integer(1, 3_600)(value) * 1000,
    default: '60',
    doc: 'Seconds that the upstream may be silent before the caller gets 504, or an unfinished response is cut off.',
  },
  limits: {
    name: 'GATEWAY_LIMITS_URL',
    parse: limitsUrl,
    default: 'memory',
    doc: 'Where calls are counted: `memory`, a `postgresql://` or a `redis://` address that gateways share.',
  },
  isTrustedProxy: {
    name: 'TRUSTED_PROXIES',
    parse: proxies,
    default: '127.0.0.1,::1',
    doc: 'Addresses or networks (CIDR) whose `X-Original-*` and `X-Forwarded-*` headers are honoured at `/forward-auth`.',
  },
  addressHeader: {
    name: 'FORWARD_AUTH_ADDRESS_HEADER',
    parse: headerName,
    default: undefined,
    doc:
      'Header in which your proxies name the address of their caller to `/forward-auth`, such as `X-Forwarded-For`; the last address ' +
      'counts. Set it only if they set that header on every request. Without it, API keys that are limited to networks are refused there.',
  },
  identitySecret: {
    name: 'GATEWAY_IDENTITY_SECRET',
    parse: secret,
    default: undefined,
    doc: 'Key that signs the identity headers for the upstream (`X-Auth-Signature`), at least 32 characters.',
  },
  usageReports: {
    name: 'GATEWAY_USAGE_REPORTS',
    parse: parse.flag('on', 'off'),
    default: 'on',
    doc: 'Whether the authorization server is told once a minute how many calls each app made, for people to see.',
  },
  logFormat: {
    name: 'LOG_FORMAT',
    parse: parse.oneOf('pretty', 'json'),
    default: undefined,
    defaultDoc: '`pretty` on a terminal, else `json`',
    doc: 'Form of log lines: `pretty` for people, or `json`.',
  },
};

/** @throws ConfigError naming every problem */
export function readGatewayConfig(env: Environment): GatewayConfig {
  const { values, problems } = readSettings(gatewaySettings, env);
  if (values.clientSecret === undefined) {
    problems.push({
      name: 'GATEWAY_CLIENT_SECRET',
      problem: 'is required: the secret of a client made with --gateway',
    });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...values, origin: values.origin ?? `http://localhost:${values.port}` } as GatewayConfig;
}

function headerName(value: string): string {
  if (!/^[\w-]+$/.test(value)) throw new Error('must be the name of a header, such as X-Forwarded-For');
  return value.toLowerCase();
}

function secret(value: string): string {
  if (value.length < 32) throw new Error('must have at least 32 characters: openssl rand -hex 32');
  return value;
}

function upstream(value: string): string {
  const { protocol = '', username, password, search, hash } = parse.parseUrl(value) ?? {};
  if (!/^https?:$/.test(protocol) || username || password || search || hash) {
    throw new Error('must be an http or https address, without a name, a password, a query or a fragment');
  }
  return value.replace(/\/$/, '');
}

function limitsUrl(value: string): LimitsUrl {
  if (value === 'memory') return { kind: 'memory' };
  if (/^postgres(ql)?:\/\//.test(value)) return { kind: 'postgres', url: parse.databaseUrl(value) };
  if (/^rediss?:\/\//.test(value) && URL.parse(value)?.host) return { kind: 'redis', url: value };
  throw new Error('must be memory, a postgresql:// or a redis:// address');
}

function proxies(value: string): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of value.split(',').map((one) => one.trim())) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (!isIP(address)) throw new Error(`has no address in ${JSON.stringify(entry)}`);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (sent) => {
    const address = parseAddress(sent);
    return address !== undefined && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  };
}
