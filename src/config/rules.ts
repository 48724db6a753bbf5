/** Rules between settings: combinations that are not allowed. Pure. */
import { internalAudience } from '../policy/resources.ts';
import type { ConfigProblem } from './problems.ts';
import type { Settings } from './settings.ts';

/** Settings with links for people. */
const links = ['DOCS_URL', 'SUPPORT_URL', 'PRIVACY_URL', 'TERMS_URL'];

/**
 * Returns every broken rule. A setting that could not be parsed is undefined in `values`; rules that fixing it might fix
 * too are not reported. `given` returns the text in the environment, if there is one.
 */
export function brokenRules(values: Partial<Settings>, given: (name: string) => string | undefined): ConfigProblem[] {
  const isGiven = (name: string) => given(name) !== undefined;
  const { port, issuer, rateLimits, metricsPort, upstreams, accountsUpstream } = values;
  const audiences = [values.apiResource, ...(values.apiResources ?? []).map(({ audience }) => audience)];
  const home = upstreams?.find(({ name }) => name === accountsUpstream);
  const isExternal = isGiven('DATABASE_URL');
  const isPublic = issuer !== undefined && !isLocal(issuer);
  const rules: Rule[] = [
    [port === 0 && !isGiven('ISSUER'), 'ISSUER', 'must be given when PORT is 0'],
    [
      isPublic && !isExternal,
      'DATABASE_URL',
      'must be given for an https:// ISSUER: the embedded database and its demo data are for localhost only',
    ],
    ...aboutDatabase(isGiven),
    [
      (isPublic || (issuer === undefined && isElsewhere(given('ISSUER')))) && rateLimits === false,
      'RATE_LIMITS',
      'must be on: off is for load tests, with an http:// ISSUER on localhost',
    ],
    ...links.map(
      (name): Rule => [
        isPublic && /^http:/i.test(given(name) ?? ''),
        name,
        'must start with https:// (http:// is accepted only with an http:// ISSUER on localhost)',
      ],
    ),
    [
      isPublic && upstreams?.some((upstream) => isLocal(upstream.issuer)) === true,
      'UPSTREAMS',
      'must have https:// issuers (http:// is accepted only with an http:// ISSUER on localhost)',
    ],
    [
      accountsUpstream !== undefined && upstreams !== undefined && !home,
      'ACCOUNTS_UPSTREAM',
      `must be the name of one of UPSTREAMS${upstreams?.length ? `: ${upstreams.map(({ name }) => name).join(', ')}` : ''}`,
    ],
    [
      home?.trustEmail === false,
      'ACCOUNTS_UPSTREAM',
      'must name a provider with "trust_email": true, because accounts here get the addresses that it has verified',
    ],
    [
      values.apiResource !== undefined && audiences.includes(internalAudience(values.apiResource)),
      'API_RESOURCES',
      'must not have API_RESOURCE/internal, for which only this server has tokens',
    ],
    [
      audiences.length > new Set(audiences).size,
      'API_RESOURCES',
      'must name each resource once, and not that of API_RESOURCE, which has every scope',
    ],
    ...aboutStatusLists(values.statusListResources, audiences),
    ...aboutAuditStream(isGiven),
    [port !== undefined && port > 0 && port === metricsPort, 'METRICS_PORT', 'must differ from PORT, or be "off"'],
  ];
  return rules.flatMap(([broken, name, problem]) => (broken ? [{ name, problem }] : []));
}

type Rule = [broken: boolean, name: string, problem: string];

function aboutStatusLists(listed: readonly string[] = [], audiences: readonly (string | undefined)[]): Rule[] {
  const unknown = listed.find((one) => !audiences.includes(one));
  return [
    [
      unknown !== undefined,
      'STATUS_LIST_RESOURCES',
      `must name resources of API_RESOURCE and API_RESOURCES, and not ${unknown}`,
    ],
  ];
}

function aboutAuditStream(isGiven: (name: string) => boolean): Rule[] {
  return [
    [
      isGiven('AUDIT_STREAM_AUTHORIZATION') && !isGiven('AUDIT_STREAM_URL'),
      'AUDIT_STREAM_URL',
      'must be given together with AUDIT_STREAM_AUTHORIZATION, which is sent there',
    ],
  ];
}

function aboutDatabase(isGiven: (name: string) => boolean): Rule[] {
  const isExternal = isGiven('DATABASE_URL');
  return [
    [
      isGiven('DATABASE_DIRECT_URL') && !isExternal,
      'DATABASE_URL',
      'must be given together with DATABASE_DIRECT_URL, which is the same database without a pooler',
    ],
    [
      isGiven('DATABASE_REPLICA_URL') && !isExternal,
      'DATABASE_URL',
      'must be given together with DATABASE_REPLICA_URL, which is a replica of it',
    ],
    [
      isExternal && !isGiven('SECRETS'),
      'SECRETS',
      'must be given together with DATABASE_URL: at least 32 characters, `openssl rand -hex 32` makes one',
    ],
  ];
}

/** True for plain http, which the parser of the issuer accepts only on loopback hosts. */
export function isLocal(issuer: string): boolean {
  return issuer.startsWith('http:');
}

/** Reports whether an issuer that could not be parsed names another host, so that it will not be local once it is fixed. */
function isElsewhere(text = ''): boolean {
  const host = URL.parse(text)?.hostname ?? '';
  return host !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(host);
}

/** Returns the rules for the addresses of webhooks. */
export function webhookRules({ issuer, webhookPorts: ports }: Settings): { local: boolean; ports: readonly number[] } {
  return { local: isLocal(issuer), ports };
}
