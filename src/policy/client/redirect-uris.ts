/**
 * Where an app may ask us to send people's authorization codes. Compared character by character later on (RFC 9700
 * §4.1.3), so each is held to one spelling here.
 */

import { nameOfAnswerIn } from '../answer-addresses.ts';
import { problemText } from '../problem-texts.ts';
import type { ClientType } from './types.ts';

/** Once stood for a code that people copy by hand. Codes that people read out or paste are what phishers ask for. */
export const outOfBand = 'urn:ietf:wg:oauth:2.0:oob';

export const maxRedirectUris = 20;
const maxLength = 2000;

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/** The spellings of this machine that RFC 8252 §7.3 names. */
export function isLoopback(hostname: string): boolean {
  return loopbackHosts.includes(hostname);
}

export const dangerousSchemes = /^(javascript|data|vbscript|file|blob|about|wss?|view-source|filesystem|intent):/i;
/** RFC 8252 §7.1: a domain that the app's maker controls, in reverse. */
const reverseDomainScheme = /^[a-z][a-z\d+-]*(\.[a-z\d+-]+)+:/;
/** RFC 3986 knows only these; everything else is percent-encoded. Not the asterisk: no wildcards. */
const allowedCharacters = /^[A-Za-z\d\-._~:/?@[\]!$&'()+,;=%]*$/;

/** Schemes of programs that everybody has, a line for each kind: an answer would open a mail, a call, a folder or a page of a browser. */
const systemSchemes = new RegExp(
  `^(${[
    'mailto|mid|cid|imap|pop|news|nntp|feed|webcal|irc|ircs|im|pres|xmpp',
    'tel|fax|modem|sms|smsto|mms|mmsto|sips?|h323|callto|skype|facetime(-audio)?',
    'ftps?|sftp|tftp|scp|ssh|rsync|smb|afp|nfs|davs?|webdavs?|ldap[is]?|git|svn|gopher|finger|whois|dict|magnet',
    'telnets?|tn3270|rlogin|rdp|vnc|ica|spice',
    'rtsp|rtmp|udp|rtp|geo|maps|market|android-app|content|package|itms(-[a-z]+)?|macappstores?|steam',
    'shell|search(-ms)?|ms-[a-z\\d-]+|microsoft-[a-z\\d-]+|onenote|hcp|help|jnlps?|prefs|app-prefs|x-apple[a-z.-]*|applescript|shortcuts',
    'chrome|chrome-[a-z-]+|moz-[a-z-]+|safari-[a-z-]+|extension|edge|opera|brave|vivaldi|devtools|resource|res|jar|view|urn|tag|acct',
  ].join('|')}):`,
  'i',
);
/** A scheme without a domain, as editors and agents have them (`cursor://…`). Anybody can claim it. */
const ownScheme = /^[a-z][a-z\d+.-]*:/;

/**
 * What is wrong with `uri` for a client of this type, in words for its developer; undefined when nothing is. A client that comes
 * by itself (`byItself`) may have a scheme without a domain: many agents have no other, and their people are warned of it.
 */
export function checkRedirectUri(uri: string, clientType: ClientType, byItself = false): string | undefined {
  if (uri === '' || uri.length > maxLength) return problemText('characters', maxLength);
  if (uri.includes('#')) return problemText('fragment');
  if (uri.includes('*')) return problemText('wildcard');
  if (!allowedCharacters.test(uri)) return problemText('unencoded');
  if (dangerousSchemes.test(uri)) return problemText('scheme', uri.slice(0, uri.indexOf(':') + 1));
  if (uri.toLowerCase().startsWith(outOfBand)) return problemText('outOfBand');
  const url = URL.parse(uri);
  if (!url) return problemText('notUri');
  if (url.username !== '' || url.password !== '') return problemText('userName');
  const taken = nameOfAnswerIn(url);
  if (taken) return problemText('answerName', taken);
  if (url.protocol === 'https:' || url.protocol === 'http:') return checkWeb(uri, url, clientType);
  if (clientType !== 'native') return problemText('webOrLocal');
  if (byItself && systemSchemes.test(uri)) return problemText('scheme', url.protocol);
  if (!(byItself ? ownScheme : reverseDomainScheme).test(uri)) return problemText('webOrOwn');
  return uri.endsWith(':') ? problemText('afterScheme') : undefined;
}

function checkWeb(uri: string, url: URL, clientType: ClientType): string | undefined {
  if (url.href !== uri && url.href !== `${uri}/`) return problemText('spelling', url.href);
  const loopback = isLoopback(url.hostname);
  if (url.protocol === 'http:' && !loopback) return problemText('httpLocal');
  if (url.protocol === 'https:' && loopback && clientType === 'native') {
    return problemText('loopbackHttp');
  }
  return undefined;
}
