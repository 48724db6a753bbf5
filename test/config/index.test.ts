/** Every rule of the environment, one row per rule. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configurationMarkdown } from '../../src/config/docs.ts';
import { type Config, readConfig } from '../../src/config/index.ts';
import { ConfigError, type Environment } from '../../src/config/problems.ts';
import { apiScopes } from '../../src/policy/scopes.ts';

const secret = 's'.repeat(32);
const database = { DATABASE_URL: 'postgresql://u:p@db:5432/auth', SECRETS: secret };
const production = { ...database, ISSUER: 'https://auth.example.com' };

/** Name → problem; empty when the environment is valid. */
function problemsOf(env: Environment): Record<string, string> {
  try {
    readConfig(env);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ name, problem }) => [name, problem]));
  }
}

test('an empty environment starts the demo on this machine', () => {
  expect(readConfig({})).toEqual({
    port: 3000,
    databaseDirectUrl: undefined,
    databaseReplicaUrl: undefined,
    databaseReplicaPoolSize: 4,
    autoMigrate: true,
    dynamicRegistration: 'open',
    clientIdMetadataDocuments: 'on',
    thirdPartyPolicy: 'allow',
    issuer: 'http://localhost:3000',
    databaseUrl: undefined,
    host: '127.0.0.1',
    dataDir: '.data',
    secrets: undefined,
    apiResource: 'https://api.vibecaas.com',
    apiResources: [],
    statusListResources: [],
    trustProxy: false,
    workers: 1,
    logLevel: 'info',
    logFormat: undefined,
    docsUrl: undefined,
    supportUrl: undefined,
    privacyUrl: undefined,
    termsUrl: undefined,
    rateLimits: true,
    accountMfa: 'optional',
    aiInTest: false,
    registration: 'closed',
    upstreams: [],
    metricsPort: 9464,
    metricsHost: '127.0.0.1',
    refreshLeewaySeconds: 10,
    unverifiedPeopleLimit: 100,
    drainSeconds: 0,
    shutdownGraceSeconds: 10,
    databasePoolSize: 10,
    webhookDelivery: true,
    webhookPorts: [443, 8443],
    auditRetentionDays: 400,
    auditStreamUrl: undefined,
    auditStreamAuthorization: undefined,
    auditStreamFormat: 'cloudevents',
    leakedSecretsKeysUrl: undefined,
    smtpUrl: undefined,
    mailFrom: 'VibeCaaS <no-reply@localhost>',
    otlpEndpoint: undefined,
    traceSampleRatio: 1,
    cliUser: undefined,
    embedded: true,
    demo: true,
  });
});

const accepted: [why: string, env: Environment, expected: Partial<Config>][] = [
  ['the issuer follows the port', { PORT: '8080' }, { port: 8080, issuer: 'http://localhost:8080' }],
  ['any free port', { PORT: '0', ISSUER: 'http://localhost:4000' }, { port: 0, issuer: 'http://localhost:4000' }],
  ['an empty variable is unset', { PORT: '', ISSUER: '  ', HOST: '' }, { port: 3000, host: '127.0.0.1' }],
  ['spaces around a value', { PORT: ' 3001 ' }, { port: 3001 }],
  ['issuer 127.0.0.1', { ISSUER: 'http://127.0.0.1:3000' }, { issuer: 'http://127.0.0.1:3000', demo: true }],
  ['issuer [::1]', { ISSUER: 'http://[::1]:3000' }, { issuer: 'http://[::1]:3000', demo: true }],
  ['production', production, { embedded: false, demo: false, host: '0.0.0.0', secrets: [secret] }],
  ['an own database on localhost has no demo', database, { embedded: false, demo: false }],
  ['HOST beats both defaults', { ...production, HOST: '::' }, { host: '::' }],
  ['secrets while embedded', { SECRETS: secret }, { secrets: [secret], embedded: true }],
  ['two secrets, in order', { SECRETS: `${'n'.repeat(32)}, ${secret}` }, { secrets: ['n'.repeat(32), secret] }],
  ['resource with a slash', { API_RESOURCE: 'https://api.x.com/' }, { apiResource: 'https://api.x.com' }],
  ['resource with a path', { API_RESOURCE: 'https://api.x.com/v1/' }, { apiResource: 'https://api.x.com/v1' }],
  [
    'several resources',
    { API_RESOURCES: 'https://api.x.com/mcp/=projects:read ai:generate, https://b.x.com' },
    {
      apiResources: [
        { audience: 'https://api.x.com/mcp', scopes: ['projects:read', 'ai:generate'] },
        { audience: 'https://b.x.com', scopes: apiScopes },
      ],
    },
  ],
  ['local resource', { API_RESOURCE: 'http://localhost:4000' }, { apiResource: 'http://localhost:4000' }],
  ['TRUST_PROXY', { TRUST_PROXY: 'true' }, { trustProxy: true }],
  ['WORKERS', { WORKERS: '4' }, { workers: 4 }],
  [
    'SMTP_URL with a password',
    { SMTP_URL: 'smtps://u%40x:p@mail.example:465' },
    { smtpUrl: 'smtps://u%40x:p@mail.example:465' },
  ],
  ['SMTP_URL without TLS from the start', { SMTP_URL: 'smtp://mail.example' }, { smtpUrl: 'smtp://mail.example' }],
  ['MAIL_FROM follows the issuer', production, { mailFrom: 'VibeCaaS <no-reply@auth.example.com>' }],
  [
    'a collector with a slash at its end',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/', OTEL_TRACES_SAMPLER_ARG: '.5' },
    { otlpEndpoint: 'http://collector:4318', traceSampleRatio: 0.5 },
  ],
  ['MAIL_FROM as an address', { MAIL_FROM: 'mail@x.example' }, { mailFrom: 'mail@x.example' }],
  [
    'MAIL_FROM with a name',
    { MAIL_FROM: 'Example Mail <mail@x.example>' },
    { mailFrom: 'Example Mail <mail@x.example>' },
  ],
  ['LOG_LEVEL', { LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  ['no limits on localhost', { RATE_LIMITS: 'off' }, { rateLimits: false }],
  ['no limits on localhost with an own database', { ...database, RATE_LIMITS: 'off' }, { rateLimits: false }],
  ['metrics on any port', { METRICS_PORT: '0' }, { metricsPort: 0 }],
  ['PORT and METRICS_PORT both 0', { PORT: '0', METRICS_PORT: '0', ISSUER: 'http://localhost:1' }, { metricsPort: 0 }],
  [
    'webhooks by other nodes',
    { WEBHOOK_DELIVERY: 'off', WEBHOOK_PORTS: '443, 9443' },
    { webhookDelivery: false, webhookPorts: [443, 9443] },
  ],
  ['no metrics', { METRICS_PORT: 'off' }, { metricsPort: undefined }],
  ['METRICS_HOST', { METRICS_HOST: '0.0.0.0' }, { metricsHost: '0.0.0.0' }],
  ['strict refresh', { REFRESH_LEEWAY_SECONDS: '0' }, { refreshLeewaySeconds: 0 }],
  ['an audit log for ever', { AUDIT_RETENTION_DAYS: '0' }, { auditRetentionDays: 0 }],
  ['nobody before verification', { UNVERIFIED_PEOPLE_LIMIT: '0' }, { unverifiedPeopleLimit: 0 }],
  ['longest leeway', { REFRESH_LEEWAY_SECONDS: '60' }, { refreshLeewaySeconds: 60 }],
  ['SHUTDOWN_GRACE_SECONDS', { SHUTDOWN_GRACE_SECONDS: '30' }, { shutdownGraceSeconds: 30 }],
  ['DATABASE_POOL_SIZE', { DATABASE_POOL_SIZE: '25' }, { databasePoolSize: 25 }],
  ['lines for people', { LOG_FORMAT: 'pretty' }, { logFormat: 'pretty' }],
  ['lines for programs', { LOG_FORMAT: 'json' }, { logFormat: 'json' }],
  [
    'addresses for people',
    {
      ...production,
      DOCS_URL: 'https://docs.example.com/auth?v=1#top',
      SUPPORT_URL: 'https://help.example.com',
      PRIVACY_URL: 'https://example.com/privacy',
      TERMS_URL: 'https://example.com/terms',
    },
    {
      docsUrl: 'https://docs.example.com/auth?v=1#top',
      supportUrl: 'https://help.example.com/',
      privacyUrl: 'https://example.com/privacy',
      termsUrl: 'https://example.com/terms',
    },
  ],
  ['support by mail', { SUPPORT_URL: 'mailto:help@example.com' }, { supportUrl: 'mailto:help@example.com' }],
  [
    'plain http addresses on localhost',
    { DOCS_URL: 'http://localhost:8080/docs', TERMS_URL: 'http://intranet/terms' },
    { docsUrl: 'http://localhost:8080/docs', termsUrl: 'http://intranet/terms' },
  ],
  ['DATA_DIR', { DATA_DIR: '/var/lib/vcauth' }, { dataDir: '/var/lib/vcauth' }],
];

test.each(accepted)('accepted: %s', (_why, env, expected) => {
  expect(readConfig(env)).toMatchObject(expected);
});

const refused: [why: string, env: Environment, name: string, says: RegExp][] = [
  ['port in words', { PORT: 'http' }, 'PORT', /whole number from 0 to 65535, not "http"/],
  ['port too high', { PORT: '65536' }, 'PORT', /65535/],
  ['negative port', { PORT: '-1' }, 'PORT', /whole number/],
  ['port in hexadecimal', { PORT: '0x50' }, 'PORT', /whole number/],
  ['fractional port', { PORT: '3000.5' }, 'PORT', /whole number/],
  ['free port without issuer', { PORT: '0' }, 'ISSUER', /must be given when PORT is 0/],
  ['issuer that is no URL', { ISSUER: 'auth.example.com' }, 'ISSUER', /must be an origin such as https:/],
  ['issuer of another scheme', { ISSUER: 'ftp://auth.example.com' }, 'ISSUER', /https:\/\//],
  ['plain http', { ...database, ISSUER: 'http://auth.example.com' }, 'ISSUER', /accepted only for localhost/],
  ['plain http, look-alike', { ISSUER: 'http://localhost.example.com' }, 'ISSUER', /accepted only for localhost/],
  ['issuer with a slash', { ...database, ISSUER: 'https://a.com/' }, 'ISSUER', /write https:\/\/a\.com$/],
  ['issuer with a path', { ...database, ISSUER: 'https://a.com/auth' }, 'ISSUER', /write https:\/\/a\.com$/],
  ['issuer with a query', { ...database, ISSUER: 'https://a.com?x=1' }, 'ISSUER', /write https:\/\/a\.com$/],
  ['issuer with a fragment', { ...database, ISSUER: 'https://a.com#x' }, 'ISSUER', /write https:\/\/a\.com$/],
  ['issuer with its default port', { ...database, ISSUER: 'https://a.com:443' }, 'ISSUER', /write https:\/\/a\.com$/],
  ['issuer in capitals', { ...database, ISSUER: 'https://A.com' }, 'ISSUER', /write https:\/\/a\.com$/],
  ['issuer with a user', { ...database, ISSUER: 'https://u:hush@a.com' }, 'ISSUER', /write https:\/\/a\.com$/],
  ['demo data in public', { ISSUER: 'https://a.com' }, 'DATABASE_URL', /must be given for an https:\/\/ ISSUER/],
  ['demo data on https localhost', { ISSUER: 'https://localhost:3000' }, 'DATABASE_URL', /demo data/],
  ['another database', { ...database, DATABASE_URL: 'mysql://u:hush@db/x' }, 'DATABASE_URL', /postgresql:\/\//],
  ['database in words', { ...database, DATABASE_URL: 'db:5432' }, 'DATABASE_URL', /postgresql:\/\//],
  ['no secrets', { DATABASE_URL: database.DATABASE_URL }, 'SECRETS', /together with DATABASE_URL/],
  ['a short secret', { SECRETS: 'x'.repeat(31) }, 'SECRETS', /at least 32 characters.*number 1 of 1/],
  ['a short second secret', { SECRETS: `${secret},hush` }, 'SECRETS', /number 2 of 2/],
  ['a comma at the end', { SECRETS: `${secret},` }, 'SECRETS', /number 2 of 2/],
  ['host with a port', { HOST: 'localhost:3000' }, 'HOST', /without port or brackets/],
  ['host in brackets', { HOST: '[::1]' }, 'HOST', /without port or brackets/],
  ['metrics host that is a URL', { METRICS_HOST: 'http://x' }, 'METRICS_HOST', /host name or an IP address/],
  ['unknown scope of a resource', { API_RESOURCES: 'https://b.x.com=projects:all' }, 'API_RESOURCES', /known scopes/],
  ['no scope of a resource', { API_RESOURCES: 'https://b.x.com=' }, 'API_RESOURCES', /known scopes/],
  ['resource written as https:evil.example', { API_RESOURCE: 'https:evil.example' }, 'API_RESOURCE', /absolute https:/],
  [
    'resource written as https:/evil.example',
    { API_RESOURCE: 'https:/evil.example' },
    'API_RESOURCE',
    /absolute https:/,
  ],
  [
    'resource written as https:///evil.example',
    { API_RESOURCE: 'https:///evil.example' },
    'API_RESOURCE',
    /absolute https:/,
  ],
  [
    'resource written as https:\\\\evil.example',
    { API_RESOURCE: 'https:\\\\evil.example' },
    'API_RESOURCE',
    /absolute https:/,
  ],
  ['further resource without its slashes', { API_RESOURCES: 'https:evil.example' }, 'API_RESOURCES', /absolute https:/],
  ['relative further resource', { API_RESOURCES: '/mcp' }, 'API_RESOURCES', /absolute https:/],
  [
    'resource named twice',
    { API_RESOURCES: 'https://b.x.com,https://b.x.com/' },
    'API_RESOURCES',
    /each resource once/,
  ],
  ['default resource again', { API_RESOURCES: 'https://api.vibecaas.com/' }, 'API_RESOURCES', /each resource once/],
  ['relative resource', { API_RESOURCE: '/v1' }, 'API_RESOURCE', /absolute https:/],
  ['plain http resource', { API_RESOURCE: 'http://api.x.com' }, 'API_RESOURCE', /absolute https:/],
  ['resource with a fragment', { API_RESOURCE: 'https://api.x.com/#a' }, 'API_RESOURCE', /fragment/],
  ['resource with an empty fragment', { API_RESOURCE: 'https://api.x.com/#' }, 'API_RESOURCE', /fragment/],
  ['resource with a user', { API_RESOURCE: 'https://u:hush@api.x.com' }, 'API_RESOURCE', /absolute https:/],
  ['TRUST_PROXY=yes', { TRUST_PROXY: 'yes' }, 'TRUST_PROXY', /one of true, false, not "yes"/],
  ['no workers', { WORKERS: '0' }, 'WORKERS', /from 1 to/],
  ['a mail server by http', { SMTP_URL: 'https://u:hush@mail.example' }, 'SMTP_URL', /smtps:\/\/user:password@host/],
  ['a list for nobody', { STATUS_LIST_RESOURCES: 'https://no.example' }, 'STATUS_LIST_RESOURCES', /no\.example/],
  ['an audit log of a week', { AUDIT_RETENTION_DAYS: '7' }, 'AUDIT_RETENTION_DAYS', /30/],
  ['a plain audit stream', { AUDIT_STREAM_URL: 'http://siem.example/' }, 'AUDIT_STREAM_URL', /must start with https/],
  ['a secret for nobody', { AUDIT_STREAM_AUTHORIZATION: 'Bearer hush' }, 'AUDIT_STREAM_URL', /together with/],
  [
    'two headers in one',
    { AUDIT_STREAM_URL: 'https://siem.example/', AUDIT_STREAM_AUTHORIZATION: 'a\r\nhush: b' },
    'AUDIT_STREAM_AUTHORIZATION',
    /printable/,
  ],
  ['a mail server in words', { SMTP_URL: 'mail.example:25' }, 'SMTP_URL', /smtp:\/\//],
  ['a mail server with options', { SMTP_URL: 'smtp://u:hush@m.example?tls=no' }, 'SMTP_URL', /nothing after it/],
  [
    'a collector by gRPC',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' },
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    /must be an address/,
  ],
  [
    'a collector with a query',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c/?a=b' },
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    /no query/,
  ],
  ...['2', '-0.1', '1e-1', 'half', '.'].map(
    (value) =>
      [`a share of ${value}`, { OTEL_TRACES_SAMPLER_ARG: value }, 'OTEL_TRACES_SAMPLER_ARG', /from 0 to 1/] as never,
  ),
  ['a sender without a host', { MAIL_FROM: 'VibeCaaS' }, 'MAIL_FROM', /must be an address/],
  ['two senders', { MAIL_FROM: 'a@x.example, b@x.example' }, 'MAIL_FROM', /must be an address/],
  [
    'a sender with a second header',
    { MAIL_FROM: 'a@x.example\r\nBcc: b@x.example' },
    'MAIL_FROM',
    /must be an address/,
  ],
  ['unknown level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL', /one of trace, debug.*not "loud"/],
  ['level in capitals', { LOG_LEVEL: 'INFO' }, 'LOG_LEVEL', /one of/],
  ['RATE_LIMITS=false', { RATE_LIMITS: 'false' }, 'RATE_LIMITS', /one of on, off/],
  ['no limits in public', { ...production, RATE_LIMITS: 'off' }, 'RATE_LIMITS', /must be on/],
  [
    'webhook port that is none',
    { WEBHOOK_PORTS: '443,65536' },
    'WEBHOOK_PORTS',
    /whole numbers from 1 to 65535, .* not "65536"/,
  ],
  ['webhook ports left empty between', { WEBHOOK_PORTS: '443,,80' }, 'WEBHOOK_PORTS', /not ""/],
  ['metrics port in words', { METRICS_PORT: 'none' }, 'METRICS_PORT', /"off" or a whole number/],
  ['metrics port too high', { METRICS_PORT: '65536' }, 'METRICS_PORT', /65535/],
  ['metrics on the same port', { PORT: '9464' }, 'METRICS_PORT', /must differ from PORT/],
  [
    'a limit of people that is none',
    { UNVERIFIED_PEOPLE_LIMIT: 'none' },
    'UNVERIFIED_PEOPLE_LIMIT',
    /from 0 to 1000000/,
  ],
  ['leeway over a minute', { REFRESH_LEEWAY_SECONDS: '61' }, 'REFRESH_LEEWAY_SECONDS', /from 0 to 60/],
  ['grace in words', { SHUTDOWN_GRACE_SECONDS: '10s' }, 'SHUTDOWN_GRACE_SECONDS', /whole number/],
  [
    'a format of lines that does not exist',
    { LOG_FORMAT: 'logfmt' },
    'LOG_FORMAT',
    /one of pretty, json, not "logfmt"/,
  ],
  ...['DOCS_URL', 'SUPPORT_URL', 'PRIVACY_URL', 'TERMS_URL'].flatMap(
    (name): [string, Environment, string, RegExp][] => [
      [`${name} over http in public`, { ...production, [name]: 'http://a.com' }, name, /must start with https:\/\//],
      ...[
        'docs.example.com',
        '/docs',
        'https:a.com',
        'https:/a.com',
        'https://',
        'https://u:hush@a.com',
        'ftp://a.com',
      ].map((value): [string, Environment, string, RegExp] => [
        `${name}=${value}`,
        { [name]: value },
        name,
        /must be an address/,
      ]),
      [`${name} that runs a script`, { [name]: 'javascript:alert(1)' }, name, /must be an address such as https:/],
    ],
  ),
  ['documentation by mail', { DOCS_URL: 'mailto:help@example.com' }, 'DOCS_URL', /must be an address such as https:/],
  ['support by mail to nobody', { SUPPORT_URL: 'mailto:help' }, 'SUPPORT_URL', /mailto:help@example\.com/],
  ['empty pool', { DATABASE_POOL_SIZE: '0' }, 'DATABASE_POOL_SIZE', /from 1 to/],
];

test.each(refused)('refused: %s', (_why, env, name, says) => {
  const problems = problemsOf(env);
  expect(problems[name]).toMatch(says);
  expect(Object.keys(problems)).toEqual([name]);
  expect(JSON.stringify(problems)).not.toContain('hush');
});

describe('as a whole', () => {
  test('all problems are reported at once, by name', () => {
    const env = { PORT: 'x', ISSUER: 'nope', DATABASE_URL: 'nope', WORKERS: 'many', LOG_LEVEL: 'loud' };
    expect(Object.keys(problemsOf(env))).toEqual(['PORT', 'ISSUER', 'DATABASE_URL', 'WORKERS', 'LOG_LEVEL', 'SECRETS']);
    expect(() => readConfig(env)).toThrow(/6 problems:\n {2}PORT must be .*\n {2}ISSUER must .*\n {2}DATABASE_URL /);
  });

  test.each([
    ['80', 'http://localhost'],
    ['443', 'http://localhost:443'],
    ['3000', 'http://localhost:3000'],
  ])('PORT=%s alone sets the issuer to %s', (PORT, issuer) => {
    expect(readConfig({ PORT }).issuer).toBe(issuer);
  });

  test.each([
    ['http://auth.example.com', ['ISSUER', 'RATE_LIMITS']],
    ['https://auth.example.com/', ['ISSUER', 'RATE_LIMITS']],
    ['http://localhost:3000/', ['ISSUER']],
    ['nope', ['ISSUER']],
  ])('RATE_LIMITS=off is reported beside the invalid issuer %s if it is wrong all the same', (ISSUER, names) => {
    expect(Object.keys(problemsOf({ ...database, ISSUER, RATE_LIMITS: 'off' }))).toEqual(names);
  });

  test('a setting that cannot be read causes no second problem', () => {
    expect(Object.keys(problemsOf({ PORT: 'x' }))).toEqual(['PORT']);
  });

  test('a configuration cannot be changed, and ignores other variables', () => {
    const config = readConfig({ SECRETS: secret, PATH: '/bin', port: '1' });
    expect(Object.isFrozen(config) && Object.isFrozen(config.secrets)).toBe(true);
    expect(Object.keys(config)).toEqual(Object.keys(readConfig({})));
    expect(config.port).toBe(3000);
  });

  test('docs/configuration.md agrees with the table (npm run --silent config-docs > docs/configuration.md)', () => {
    const path = new URL('../../docs/configuration.md', import.meta.url);
    expect(readFileSync(path, 'utf8')).toBe(configurationMarkdown());
  });
});
