/**
 * The only place that knows the names, forms, defaults and meanings of environment variables. Pure: the environment is an
 * argument, and it reads no file or clock. docs/configuration.md is generated from the table below.
 */
import { databaseSettings } from './database.ts';
import { mailSettings } from './mail.ts';
import { otherServerSettings } from './other-servers.ts';
import * as parse from './parsers.ts';
import { ConfigError, type Environment } from './problems.ts';
import { given, readSettings, type SettingsTable } from './read.ts';
import { registrationSettings } from './registration.ts';
import { brokenRules, isLocal } from './rules.ts';
import type { Settings } from './settings.ts';
import { tracingSettings } from './tracing.ts';
import { upstreamSettings } from './upstreams.ts';

/** The settings of a valid environment. Frozen. */
export interface Config extends Settings {
  /** True if the server runs its own PostgreSQL, below dataDir. */
  readonly embedded: boolean;
  /** True if there are demo accounts and apps: with the embedded database and an http: localhost issuer. */
  readonly demo: boolean;
}

/** The table of settings, in the order of the docs and of evaluation. */
export const settings: SettingsTable<Settings> = {
  port: {
    name: 'PORT',
    parse: parse.integer(0, 65_535),
    default: '3000',
    doc: 'Port to listen on. `0` lets the system choose; `ISSUER` must then be given.',
  },
  issuer: {
    name: 'ISSUER',
    parse: parse.origin,
    default: ({ port }) => (port ? new URL(`http://localhost:${port}`).origin : undefined),
    defaultDoc: '`http://localhost:` and `PORT`, as browsers spell it: without `:80`',
    doc:
      'Public origin, exactly as clients see it: scheme, host, and the port unless it is the default one. ' +
      '`https://`, except on `localhost`, `127.0.0.1` and `[::1]`. An `https://` issuer needs `DATABASE_URL`.',
  },
  ...databaseSettings,
  host: {
    name: 'HOST',
    parse: parse.host,
    default: ({ databaseUrl }) => (databaseUrl === undefined ? '127.0.0.1' : '0.0.0.0'),
    defaultDoc: '`127.0.0.1` with the embedded database, else `0.0.0.0`',
    doc: 'Address to listen on.',
  },
  dataDir: {
    name: 'DATA_DIR',
    parse: parse.text,
    default: '.data',
    doc: 'Directory of the embedded database, of generated secrets (mode 0600) and of compiled code.',
  },
  secrets: {
    name: 'SECRETS',
    parse: parse.secrets,
    default: undefined,
    defaultDoc: 'generated into `DATA_DIR` with the embedded database, else required',
    doc:
      'Comma-separated, at least 32 characters each. The first signs and encrypts, the others only verify and decrypt. ' +
      'To rotate, put a new one in front. `openssl rand -hex 32` makes one.',
  },
  apiResource: {
    name: 'API_RESOURCE',
    parse: parse.resource,
    default: 'https://api.vibecaas.com',
    doc:
      'Default resource indicator (RFC 8707) and audience of access tokens: an absolute `https://` URI without fragment. ' +
      'A trailing slash is removed.',
  },
  apiResources: {
    name: 'API_RESOURCES',
    parse: parse.resources,
    default: '',
    defaultDoc: 'none',
    doc:
      'Further audiences of access tokens, comma-separated, each with its scopes: ' +
      '`https://api.vibecaas.com/mcp=projects:read deployments:read`. Without scopes a resource has all of them. ' +
      'A token for one is refused at the others. The scopes of `API_RESOURCE` are not limited.',
  },
  statusListResources: {
    name: 'STATUS_LIST_RESOURCES',
    parse: parse.resourceNames,
    default: '',
    defaultDoc: 'none',
    doc:
      'Those of `API_RESOURCE` and `API_RESOURCES`, comma-separated, whose access tokens have a place in a ' +
      '[Token Status List](status-lists.md).',
  },
  projectsUrl: {
    name: 'PROJECTS_URL',
    parse: parse.link,
    default: undefined,
    doc: 'Address of the API’s [list of a person’s projects](operations.md#which-projects-a-person-has). With it, people choose projects for apps and API keys.',
  },
  trustProxy: {
    name: 'TRUST_PROXY',
    parse: parse.flag('true', 'false'),
    default: 'false',
    doc: 'Honour `X-Forwarded-*`. `true` only behind a proxy that sets or strips these headers on every request.',
  },
  workers: {
    name: 'WORKERS',
    parse: parse.integer(1, 256),
    default: '1',
    doc: 'Processes that share the port.',
  },
  logLevel: {
    name: 'LOG_LEVEL',
    parse: parse.oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
    doc: 'Least severe level that is logged: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
  },
  logFormat: {
    name: 'LOG_FORMAT',
    parse: parse.oneOf('pretty', 'json'),
    default: undefined,
    defaultDoc: '`pretty` on a terminal, else `json`',
    doc: 'Form of log lines: `pretty` for people, `json` for programs, one object a line.',
  },
  docsUrl: {
    name: 'DOCS_URL',
    parse: parse.link,
    default: undefined,
    defaultDoc: '`/docs` of this server',
    doc: 'Address of your documentation for app developers. Pages and the metadata link to it. `https://` (`http://` on a local issuer).',
  },
  supportUrl: {
    name: 'SUPPORT_URL',
    parse: parse.linkOrMail,
    default: undefined,
    doc: 'Where people get help: `https://`, or `mailto:help@example.com`.',
  },
  privacyUrl: {
    name: 'PRIVACY_URL',
    parse: parse.link,
    default: undefined,
    doc: 'Address of your privacy policy. `https://`.',
  },
  termsUrl: {
    name: 'TERMS_URL',
    parse: parse.link,
    default: undefined,
    doc: 'Address of your terms of service. `https://`.',
  },
  rateLimits: {
    name: 'RATE_LIMITS',
    parse: parse.flag('on', 'off'),
    default: 'on',
    doc: '`off` is for load tests: passwords are then unprotected against guessing. Refused unless the issuer is `http://` on localhost.',
  },
  aiInTest: {
    name: 'AI_IN_TEST',
    parse: parse.flag('on', 'off'),
    default: 'off',
    doc: '`on` lets [test keys](api-keys.md) use the scope `ai:generate`, which costs money. Otherwise they never have it.',
  },
  accountMfa: {
    name: 'ACCOUNT_MFA',
    parse: parse.oneOf('optional', 'required'),
    default: 'optional',
    doc:
      'Whether everybody needs a [second step](accounts.md). `required`: people without one set it up when they next sign in. ' +
      'Admins always need one.',
  },
  ...registrationSettings,
  ...upstreamSettings,
  metricsPort: {
    name: 'METRICS_PORT',
    parse: parse.portOrOff,
    default: '9464',
    doc: 'Port of `/metrics`, which has a listener of its own. `0` lets the system choose, `off` starts none.',
  },
  metricsHost: {
    name: 'METRICS_HOST',
    parse: parse.host,
    default: '127.0.0.1',
    doc: 'Address of the metrics listener. It has no authentication: keep it off public networks.',
  },
  refreshLeewaySeconds: {
    name: 'REFRESH_LEEWAY_SECONDS',
    parse: parse.integer(0, 60),
    default: '10',
    doc:
      'Seconds in which a rotated refresh token may be presented again and yields the same successor, for clients without a ' +
      '`refresh_token_leeway` of their own. `0` is strict: each token works once, and any reuse revokes the family.',
  },
  unverifiedPeopleLimit: {
    name: 'UNVERIFIED_PEOPLE_LIMIT',
    parse: parse.integer(0, 1_000_000),
    default: '100',
    doc:
      'Maximum users of an unverified app. When it is reached, existing users can continue and nobody else can allow the ' +
      'app. First-party apps and services are exempt.',
  },
  drainSeconds: {
    name: 'DRAIN_SECONDS',
    parse: parse.integer(0, 600),
    default: ({ databaseUrl }) => (databaseUrl === undefined ? '0' : '5'),
    defaultDoc: '`0` with the embedded database, else `5`',
    doc:
      'Seconds after SIGTERM during which `/readyz` answers 503 and requests are still accepted, so that a load balancer ' +
      'stops sending requests.',
  },
  shutdownGraceSeconds: {
    name: 'SHUTDOWN_GRACE_SECONDS',
    parse: parse.integer(0, 600),
    default: '10',
    doc: 'Seconds that running requests have to finish after the drain.',
  },
  databasePoolSize: {
    name: 'DATABASE_POOL_SIZE',
    parse: parse.integer(1, 1000),
    default: '10',
    doc: 'Maximum connections in the pool of each process, which opens up to seven more, and one with `AUDIT_STREAM_URL` ([which](operations.md#start)). Those of all processes must fit into `max_connections`.',
  },
  ...otherServerSettings,
  ...mailSettings,
  ...tracingSettings,
  cliUser: {
    name: 'CLI_USER',
    parse: parse.userName,
    default: undefined,
    defaultDoc: 'the name of the operating system’s user',
    doc:
      'Name of the person who runs `vcauth`, which the audit log records with the host name. For containers and jobs that ' +
      'run as a shared user. Letters, digits, dots, dashes and underscores.',
  },
};

/**
 * Reads an environment. An empty variable counts as unset, and spaces around a value are ignored.
 * @throws ConfigError with every problem, so that all can be fixed at once.
 */
export function readConfig(env: Environment): Config {
  const { values, problems } = readSettings(settings, env);
  problems.push(...brokenRules(values, (name) => given(env, name)));
  if (problems.length > 0) throw new ConfigError(problems);
  const complete = values as Settings;
  const embedded = complete.databaseUrl === undefined;
  return Object.freeze({ ...complete, embedded, demo: embedded && isLocal(complete.issuer) });
}
