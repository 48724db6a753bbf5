/** The settings about other providers, and the parser of UPSTREAMS. Its value contains secrets, so errors never repeat it. */
import { type Upstream, type UpstreamIcon, upstreamIcons } from '../policy/upstreams.ts';
import { type Parser, parseUrl, text } from './parsers.ts';
import type { SettingsTable } from './read.ts';
import type { Settings } from './settings.ts';

const methods = ['client_secret_basic', 'client_secret_post'] as const;
const kinds = ['oidc', 'github'] as const;
const gitHub = 'https://github.com';

/** A JSON array of providers. Every problem is reported, with the provider and the member. */
const upstreams: Parser<readonly Upstream[]> = (value) => {
  const list = parseArray(value);
  const problems: string[] = [];
  const read = list.map((entry, index) => readOne(entry, index, problems));
  for (const member of ['name', 'issuer'] as const) {
    const values = read.map((one) => one[member]);
    const twice = values.find((value, index) => value !== '' && values.indexOf(value) !== index);
    if (twice !== undefined) problems.push(`two providers have the ${member} ${twice}`);
  }
  if (problems.length > 0) throw new Error(`is wrong: ${problems.join('; ')}`);
  return Object.freeze(read);
};

/** The settings about other providers. */
export const upstreamSettings = {
  upstreams: {
    name: 'UPSTREAMS',
    parse: upstreams,
    default: '[]',
    defaultDoc: 'none',
    doc:
      'Other providers at which people sign in: a JSON array ([members](accounts.md#sign-in-with-another-provider)). ' +
      'It contains secrets.',
  },
  accountsUpstream: {
    name: 'ACCOUNTS_UPSTREAM',
    parse: text,
    default: undefined,
    doc:
      'Name of the one of `UPSTREAMS` where your accounts are: people go there at once, without our sign-in page, and their first ' +
      'sign-in makes an account here.',
  },
} as const satisfies Partial<SettingsTable<Settings>>;

function parseArray(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The message of JSON.parse quotes the text.
  }
  if (Array.isArray(value)) return value;
  throw new Error(
    'must be a JSON array of providers, such as [{"name": "example", "issuer": "https://id.example.com", …}]',
  );
}

function readOne(entry: unknown, index: number, problems: string[]): Upstream {
  const given = isRecord(entry) ? entry : {};
  const called = typeof given.name === 'string' ? `"${given.name}"` : `number ${index + 1}`;
  const wrong = (problem: string): void => void problems.push(`${called}: ${problem}`);
  if (!isRecord(entry)) wrong('must be an object');
  const members = membersOf(given, wrong);
  for (const name of Object.keys(given)) if (!known.has(name)) wrong(`${name} is not known`);

  const kind = members.oneOf('kind', kinds) ?? 'oidc';
  const upstream: Upstream = {
    name: members.text(
      'name',
      /^(?!problem$)[a-z0-9][a-z0-9-]{0,31}$/,
      'must have 1 to 32 lower-case letters, digits or dashes',
    ),
    kind,
    issuer: issuerOf(given.issuer ?? (kind === 'github' ? gitHub : undefined), kind, wrong),
    clientId: members.text('client_id', /^[\x20-\x7e]{1,500}$/, 'is required'),
    clientSecret: members.text('client_secret', /^[\x20-\x7e]{1,500}$/, 'is required'),
    authMethod: members.oneOf('auth_method', methods),
    scopes: scopesOf(given.scopes, kind, wrong),
    title: members.text('title', /^[^\p{C}]{1,40}$/u, 'is required: what people call it, in up to 40 characters'),
    icon: members.oneOf<UpstreamIcon>('icon', upstreamIcons) ?? (kind === 'github' ? 'github' : 'card'),
    trustEmail: members.flag('trust_email'),
    trustMfa: members.flag('trust_mfa'),
    enterprise: members.flag('enterprise'),
  };
  if (kind === 'github' && upstream.trustMfa)
    wrong('trust_mfa is not possible: GitHub does not tell how people sign in');
  if (kind === 'github' && upstream.enterprise)
    wrong('enterprise is not possible: GitHub makes no identity assertions');
  return Object.freeze(upstream);
}

const known = new Set(
  'name kind issuer client_id client_secret auth_method scopes title icon trust_email trust_mfa enterprise'.split(' '),
);

type Wrong = (problem: string) => void;

function membersOf(given: Readonly<Record<string, unknown>>, wrong: Wrong) {
  return {
    text(name: string, form: RegExp, problem: string): string {
      const value = given[name];
      if (typeof value === 'string' && form.test(value.trim())) return value.trim();
      wrong(`${name} ${problem}`);
      return '';
    },
    oneOf<W extends string>(name: string, words: readonly W[]): W | undefined {
      const value = given[name];
      const word = words.find((one) => one === value);
      if (value !== undefined && word === undefined) wrong(`${name} must be one of ${words.join(', ')}`);
      return word;
    },
    flag(name: string): boolean {
      const value = given[name];
      if (value !== undefined && typeof value !== 'boolean') wrong(`${name} must be true or false`);
      return value === true;
    },
  };
}

/** `https:`, or `http:` on this machine; the spelling is kept, because providers repeat it exactly. */
function issuerOf(value: unknown, kind: Upstream['kind'], wrong: Wrong): string {
  const url = typeof value === 'string' ? parseUrl(value) : undefined;
  const plain = url && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!plain || !secure) {
    wrong(
      'issuer must be an https:// address without query (http:// is accepted only for localhost, 127.0.0.1 and [::1])',
    );
    return '';
  }
  if (kind === 'github' && value !== url.origin) wrong(`issuer must be an origin: write ${url.origin}`);
  return value as string;
}

const isLoopbackHost = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(host);

function scopesOf(value: unknown, kind: Upstream['kind'], wrong: Wrong): readonly string[] {
  const scopes = (value ?? (kind === 'github' ? 'read:user user:email' : 'openid profile email')) as unknown;
  if (typeof scopes !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scopes)) {
    wrong('scopes must be words that are separated by single spaces');
    return [];
  }
  const list = scopes.split(' ');
  if (kind === 'oidc' && !list.includes('openid')) wrong('scopes must include openid');
  return Object.freeze(list);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
