/**
 * The head of an upstream's answer as callers get it: nothing in it leads to the upstream or asks for its credentials.
 */
import type { OutgoingHttpHeader } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http2';
import { isScopeToken, parseScope } from '../../policy/scopes.ts';
import { challengeOf } from '../challenge.ts';
import { TokenError } from '../errors.ts';
import { schemeOf } from '../guard.ts';
import type { Call } from './call.ts';
import { namedByConnection, passesDown } from './passed-on.ts';

export interface UpstreamHeadOptions {
  /** The upstream's address; its path precedes that of each request. */
  readonly url: string;
  /** The API's public origin. */
  readonly origin: string;
  /** The address of the resource's metadata document, for the challenge that replaces the upstream's. */
  readonly resourceMetadata: string;
}

export interface UpstreamHead {
  /**
   * Name, value, name, value …: the gateway's headers, and those of the upstream that may pass, which take precedence.
   * The length, or its absence, is kept: Node frames the body by it.
   */
  final(status: number, call: Call, theirs: IncomingHttpHeaders): OutgoingHttpHeader[];
  /** The links of early hints, one by one, without those that Node refuses to write. */
  hints(theirs: IncomingHttpHeaders): string[];
}

/** Headers with addresses that callers follow, and what may precede an address there. */
const leading = new Map([
  ['location', '^'],
  ['content-location', '^'],
  ['link', '<\\s*'],
  // HTML § 4.2.5.3: `5; url="/next"`, and without `url=` too.
  ['refresh', '^[\\d.\\s]*[;,\\s]\\s*(?:[uU][rR][lL]\\s*=\\s*)?["\']?'],
]);

/**
 * An upstream that knows by itself what a call needs, such as an MCP server by its tools, answers 403 with the scopes in
 * this header. It becomes the challenge from which apps learn what to ask for.
 */
const requiredScope = 'x-auth-required-scope';

/** What ends a host or a path, so that a longer name does not match. */
const ends = '(?=[/?#>"\';,\\s]|$)';

export function createUpstreamHead({ url, origin, resourceMetadata }: UpstreamHeadOptions): UpstreamHead {
  const { host, port, pathname } = new URL(url);
  const defaultPort = port === '' ? '(?::(?:80|443))?' : '';
  const prefix = pathname.replace(/\/$/, '');
  // An upstream that is told of https behind the gateway may use it in its addresses, or omit the scheme.
  const scheme = '(?:https?:|(?<![^\\s<="\';]))';
  const own = new RegExp(`${scheme}//${literal(host)}${defaultPort}(?:${literal(prefix)}${ends}|${ends})`, 'gi');
  const below = new Map(
    [...leading].map(([name, before]) => [name, new RegExp(`(${before})${literal(prefix)}${ends}/?`, 'g')]),
  );
  // RFC 9110 §15.5.2: a 401 needs a challenge. It names no error, because nothing is known to be wrong with the token.
  const challenge = challengeOf(new TokenError(undefined, ''), {
    scope: '',
    metadata: resourceMetadata,
    scheme: 'Bearer',
  });

  function publicAddress(name: string, value: string): string {
    const moved = value.replace(own, origin);
    return prefix === '' ? moved : moved.replace(below.get(name) as RegExp, '$1/');
  }

  const shown = (name: string, value: string | string[]) =>
    Array.isArray(value) ? value.map((one) => publicAddress(name, one)) : publicAddress(name, value);

  return {
    final(status, call, theirs) {
      const gateways = call.headers;
      const headers: OutgoingHttpHeader[] = [];
      for (const name in gateways) {
        if (theirs[name] === undefined) headers.push(name, gateways[name] as OutgoingHttpHeader);
      }
      const named = namedByConnection(theirs.connection);
      for (const name in theirs) {
        if (!passesDown(name) || named?.has(name) || name === requiredScope) continue;
        const value = theirs[name] as string | string[];
        headers.push(name, leading.has(name) ? shown(name, value) : value);
      }
      if (status === 401) headers.push('WWW-Authenticate', challenge);
      const scope = status === 403 ? theirs[requiredScope] : undefined;
      const more = scope === undefined ? undefined : moreScope(String(scope), call, resourceMetadata);
      if (more !== undefined) headers.push('WWW-Authenticate', more);
      return headers;
    },
    hints: ({ link = '' }) => linksOf(publicAddress('link', String(link))),
  };
}

/**
 * RFC 6750 §3.1. Only scopes become part of the header. It names those of the token too (MCP, Scope Challenge Handling):
 * an app that asks for exactly what is named would lose them, and come back for them at its next call.
 */
function moreScope(scope: string, { head, grantedScope }: Call, metadata: string): string | undefined {
  const needed = parseScope(scope).filter(isScopeToken);
  if (needed.length === 0) return undefined;
  const granted = parseScope(grantedScope);
  const lacks = new TokenError('insufficient_scope', `The access token lacks ${lackingOf(needed, granted).join(' ')}`);
  const union = [...new Set([...granted, ...needed])].join(' ');
  return challengeOf(lacks, { scope: union, metadata, scheme: schemeOf(head) });
}

/** RFC 8288 §3: links are separated by commas, which may also be within an address or a quoted parameter. */
function linksOf(header: string): string[] {
  const each = header.match(/(?:<[^>]*>|"(?:[^"\\]|\\.)*"|[^,<"])+/g) ?? [];
  return each.map((link) => link.trim()).filter((link) => writtenByNode.test(link));
}

/** Node throws for other hints, such as one whose quoted parameter has a space, and a good answer would be lost. */
const writtenByNode = /^<[^<>]*>(?:\s*;\s*[^\s;,="]+(?:=(?:[^\s;,"]+|"[^\s;"]*"))?)*$/;

/** An upstream may name every scope of a tool, or demand one that the token has. */
function lackingOf(needed: readonly string[], granted: readonly string[]): readonly string[] {
  const lacking = needed.filter((scope) => !granted.includes(scope));
  return lacking.length > 0 ? lacking : needed;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
