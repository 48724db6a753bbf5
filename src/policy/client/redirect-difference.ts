/**
 * What tells a refused redirect address from those that are registered, for the app's developer. It never repeats a
 * registered one: whoever asks may be anybody, and sees only which part of their own address is wrong.
 */

import { deviceGrantType } from '../device-codes.ts';
import { outOfBand } from './redirect-uris.ts';

export interface RedirectDifference {
  /** `client` is what the sentence calls the app. */
  wrong(client: string): string;
  readonly fix: string;
}

const exactly =
  'Send a registered address, character for character: scheme, host, port, path and the slash at its end all count. Or register this one.';

function start(client: string): string {
  return `\`redirect_uri\` is not one of those registered for ${client}`;
}

/** Where either is not known. */
export const unknownRedirect: RedirectDifference = { wrong: (client) => `${start(client)}.`, fix: exactly };

export function redirectDifference(received: string, registered: readonly string[]): RedirectDifference {
  const url = URL.parse(received);
  if (/^[a-z][\w+.-]*%3a/i.test(received)) {
    return is('it was percent-encoded twice.', 'Encode the address once: most libraries do that by themselves.');
  }
  if (received.toLowerCase().startsWith(outOfBand)) {
    return is(
      'it stands for a page that shows the code to copy, which this server does not have.',
      `An app on a machine without a browser uses the device flow (RFC 8628): register the grant type \`${deviceGrantType}\`. Any other app registers an address to come back to.`,
    );
  }
  if (!url) return is('it is not a complete address.', 'Begin it with the scheme and the host, as it was registered.');
  if (received.includes('#')) {
    return is('it has a fragment (`#`).', 'Leave `#` and what follows it out: a fragment is never registered.');
  }
  if (registered.length === 0) return is('the app has no registered address.', 'Register this address.');
  const parts = nearest(url, registered);
  const [first] = parts;
  if (first === undefined) return is('another spelling is.', exactly);
  if (parts.length > 1) return unknownRedirect;
  const [how, fix] = differences[first];
  return is(how, fix);
}

function is(how: string, fix: string): RedirectDifference {
  return { wrong: (client) => `${start(client)}: ${how}`, fix };
}

type Part = keyof typeof differences;

const differences = {
  slash: [
    'only the slash at its end differs.',
    'Send the address with or without the slash, as it was registered. Or register this one.',
  ],
  case: ['only upper and lower case differ.', 'Write the path as it was registered. Or register this one.'],
  scheme: [
    'only its scheme differs.',
    'Send `https:` where `https:` was registered: behind a proxy an app often takes itself for `http:`.',
  ],
  port: [
    'only its port differs.',
    'Send the registered port. An app of type `native` may come back to any port of 127.0.0.1.',
  ],
  host: [
    'only its host differs.',
    'Register each host that the app runs at; `www.` makes another one, and so does `localhost` for `127.0.0.1`.',
  ],
  path: ['the host is registered, but not this path.', exactly],
  query: [
    'only its query differs.',
    'Keep what changes from time to time in `state`, and the query as it was registered.',
  ],
} as const satisfies Record<string, readonly [how: string, fix: string]>;

/** The parts in which the registered address that is most like it differs. */
function nearest(url: URL, registered: readonly string[]): Part[] {
  const all = registered.map((one) => URL.parse(one)).filter((one) => one !== null);
  const found = all.map((one) => differing(url, one)).sort((a, b) => a.length - b.length);
  return found[0] ?? ['host', 'path'];
}

function differing(a: URL, b: URL): Part[] {
  const parts: Part[] = [];
  if (a.protocol !== b.protocol) parts.push('scheme');
  if (a.hostname !== b.hostname) parts.push('host');
  if (a.port !== b.port) parts.push('port');
  if (a.pathname !== b.pathname) parts.push(ofPath(a.pathname, b.pathname));
  if (a.search !== b.search) parts.push('query');
  return parts;
}

function ofPath(a: string, b: string): Part {
  if (`${a}/` === b || a === `${b}/`) return 'slash';
  return a.toLowerCase() === b.toLowerCase() ? 'case' : 'path';
}
