/**
 * Parsers of environment variables. Each throws an Error whose message continues the variable's name ("must be …") and
 * says what to write instead. Parsers of secrets never repeat the value.
 */

import { isIP } from 'node:net';
import type { ApiResource } from '../policy/resources.ts';
import { apiScopes, isApiScope, parseScope } from '../policy/scopes.ts';
import { hasHost } from '../policy/web-addresses.ts';
import { parseDatabaseUrl } from './database-url.ts';

export type Parser<T> = (text: string) => T;

/** Hosts for which plain http is accepted: the user's own machine. */
const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

export const text: Parser<string> = (value) => value;

/** A name that is one word in the audit log. */
export const userName: Parser<string> = (value) => {
  if (/^[\w.-]{1,64}$/.test(value)) return value;
  throw new Error('must have 1 to 64 letters, digits, dots, dashes or underscores');
};

/** A whole decimal number within [min, max]. */
export function integer(min: number, max: number): Parser<number> {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    throw new Error(`must be a whole number from ${min} to ${max}, not "${value}"`);
  };
}

/** Days; 0 is for ever. */
export function daysOrForever(min: number, max: number): Parser<number> {
  const days = integer(min, max);
  return (value) => (value === '0' ? 0 : days(value));
}

/** A share, such as 0.25. */
export const ratio: Parser<number> = (value) => {
  const number = Number(value);
  if (/^\d*\.?\d+$/.test(value) && number <= 1) return number;
  throw new Error(`must be a number from 0 to 1, not "${value}"`);
};

/** One word of a closed list. */
export function oneOf<const W extends string>(...words: readonly W[]): Parser<W> {
  return (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    throw new Error(`must be one of ${words.join(', ')}, not "${value}"`);
  };
}

/** A pair of words for yes and no. */
export function flag(yes: string, no: string): Parser<boolean> {
  return (value) => oneOf(yes, no)(value) === yes;
}

/** A port, or `off`, which is undefined. */
export const portOrOff: Parser<number | undefined> = (value) => {
  if (value === 'off') return undefined;
  if (/^\d+$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Error(`must be "off" or a whole number from 0 to 65535, not "${value}"`);
};

/** Comma-separated ports. */
export const ports: Parser<readonly number[]> = (value) => {
  const list = value.split(',').map((port) => port.trim());
  const wrong = list.find((port) => !/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535);
  if (wrong === undefined) return Object.freeze(list.map(Number));
  throw new Error(`must be whole numbers from 1 to 65535, separated by commas, not "${wrong}"`);
};

/** A name or address to listen on: no port, no brackets. */
export const host: Parser<string> = (value) => {
  if (isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value)) return value;
  throw new Error(`must be a host name or an IP address without port or brackets, not "${value}"`);
};

/**
 * An origin spelt exactly as a browser spells it, because clients compare issuers as strings (RFC 8414 section 3.3,
 * RFC 9207 section 2.4): no path, no trailing slash, no default port, lower case.
 */
export const origin: Parser<string> = (value) => {
  const url = parseUrl(value);
  if (url === undefined) throw new Error('must be an origin such as https://auth.example.com');
  if (!isSecure(url)) {
    throw new Error('must start with https:// (http:// is accepted only for localhost, 127.0.0.1 and [::1])');
  }
  if (value === url.origin) return value;
  throw new Error(`must be an origin exactly as clients see it, without path or trailing slash: write ${url.origin}`);
};

/**
 * An absolute URI that names a resource (RFC 8707 section 2: no fragment), without its trailing slash: with and
 * without one are the same resource.
 */
export const resource: Parser<string> = (value) => {
  const url = parseUrl(value);
  if (url === undefined || !isSecure(url) || url.username !== '' || url.password !== '') {
    throw new Error('must be an absolute https:// URI such as https://api.example.com (http:// only for localhost)');
  }
  if (value.includes('#')) throw new Error('must not have a fragment: remove everything from # on');
  return url.href.replace(/\/+$/, '');
};

/**
 * Resources with their scopes, such as `https://api.example.com/mcp=projects:read deployments:read,https://…`. Without
 * scopes a resource has all of them.
 */
export const resources: Parser<readonly ApiResource[]> = (value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [address = '', named] = entry.split(/=(?=[^/]*$)/);
      const scopes = named === undefined ? apiScopes : parseScope(named);
      if (scopes.length === 0 || !scopes.every(isApiScope)) {
        throw new Error(`must name known scopes after “=”, separated by spaces: ${apiScopes.join(' ')}`);
      }
      return { audience: resource(address), scopes };
    });

/** Comma-separated resources. */
export const resourceNames: Parser<readonly string[]> = (value) =>
  Object.freeze(
    value
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
      .map(resource),
  );

/** A link for people. */
export const link: Parser<string> = (value) => {
  const url = parseUrl(value);
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url.href;
  throw new Error('must be an address such as https://example.com/page, without a user or a password');
};

/** The beginning of addresses, without its trailing slash. */
export const baseUrl: Parser<string> = (value) => {
  const address = link(value);
  if (/[?#]/.test(address)) throw new Error('must have no query and no fragment: remove everything from ? or # on');
  return address.replace(/\/+$/, '');
};

/** An address that this server reads, and relies on. */
export const secureLink: Parser<string> = (value) => {
  const address = link(value);
  if (isSecure(new URL(address))) return address;
  throw new Error('must start with https:// (http:// is accepted only for localhost, 127.0.0.1 and [::1])');
};

/** Such a link, or a mailbox as `mailto:`. */
export const linkOrMail: Parser<string> = (value) => {
  if (!/^mailto:/i.test(value)) return link(value);
  if (/^mailto:[^\s@?]+@[^\s@?]+(\?\S*)?$/i.test(value)) return value;
  throw new Error('must be a web address, or a mailbox such as mailto:help@example.com');
};

/** A PostgreSQL connection URL. It contains a password, so errors never repeat it. */
export const databaseUrl: Parser<string> = (value) => {
  parseDatabaseUrl(value);
  return value;
};

/** Such a URL without a pooler in transaction mode. */
export const directDatabaseUrl: Parser<string> = (value) => {
  if (!parseDatabaseUrl(value).sharesSessions) return value;
  throw new Error('must not have pooling=transaction: it leads to PostgreSQL itself');
};

/** The address of a read-only database. Without `target_session_attrs`, a list of hosts would look for a writable one. */
export const replicaUrl: Parser<string> = (value) => {
  const { hosts, mustWrite } = parseDatabaseUrl(value);
  if (!mustWrite) return value;
  if (hosts.length > 1 && !/[?&]target_session_attrs=/.test(value)) {
    return `${value}${value.includes('?') ? '&' : '?'}target_session_attrs=any`;
  }
  throw new Error('must not have target_session_attrs=read-write: a replica takes no writes');
};

/** The address of an SMTP server. It may contain a password, so errors never repeat it. */
export const smtpUrl: Parser<string> = (value) => {
  const url = /^smtps?:/i.test(value) ? parseUrl(value) : undefined;
  if (url && url.hostname !== '' && /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '') return value;
  throw new Error('must be smtps://user:password@host:port or smtp://user:password@host:port, with nothing after it');
};

/** The sender of mails: an address, or a name and an address in angle brackets. */
export const mailbox: Parser<string> = (value) => {
  const [, name = '', address = value] = /^([^<>"\r\n]+) <([^<>]+)>$/.exec(value) ?? [];
  if (/^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+$/.test(address) && !/[,;:()@\\[\]]/.test(name)) return value;
  throw new Error(
    `must be an address, or a name and an address such as VibeCaaS <no-reply@example.com>, not "${value}"`,
  );
};

/** A header with a secret, so errors never repeat it. */
export const headerValue: Parser<string> = (value) => {
  if (/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value) && value.length <= 4_096) return value;
  throw new Error('must be at most 4096 printable ASCII characters, such as Bearer and a token');
};

/** Comma-separated secrets, newest first. */
export const secrets: Parser<readonly string[]> = (value) => {
  const list = value.split(',').map((secret) => secret.trim());
  const short = list.flatMap((secret, index) => (secret.length < 32 ? [index + 1] : []));
  if (short.length === 0) return Object.freeze(list);
  throw new Error(
    `must be secrets of at least 32 characters each, separated by commas: number ${short.join(', ')} of ${list.length} ` +
      'is shorter; `openssl rand -hex 32` makes a good one',
  );
};

/** An address must be written in full, since parsers disagree whether `https:evil.example` is a path or a host. */
export function parseUrl(value: string): URL | undefined {
  return (hasHost(value) && URL.parse(value)) || undefined;
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopbackHosts.has(url.hostname));
}
