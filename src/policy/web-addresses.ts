/** Addresses that an app registers for people or for us to read: its home page, its terms, its keys. */

const maxLength = 2000;
/** Printable ASCII without space, quotes, angle brackets, backslash. */
const allowedCharacters = /^[!#-&(-;=?-[\]-~]*$/;

/** Browsers and URL parsers take `https:evil.example` and `https:///evil.example` for a host too; people don't. */
const writtenInFull = /^[a-z][a-z\d+.-]*:\/\/[^/?#\\]/i;

/** Whether an address says its host as people and programs read it: after exactly two slashes. */
export function hasHost(address: string): boolean {
  return writtenInFull.test(address);
}

/** What is wrong with an address that people may click; undefined when nothing is. */
export function checkWebAddress(address: string): string | undefined {
  const url = parse(address);
  if (typeof url === 'string') return url;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && url.hostname === 'localhost')) {
    return 'must begin with https://';
  }
  return hasHost(address) ? undefined : 'must be a whole address such as https://app.example/';
}

/** The same for what servers use: an API (RFC 8707 §2), the client's keys. */
export function checkHttpsAddress(address: string): string | undefined {
  const url = parse(address);
  if (typeof url === 'string') return url;
  if (url.protocol !== 'https:') return 'must begin with https://';
  if (!hasHost(address)) return 'must be a whole address such as https://app.example/';
  return address.includes('#') ? 'must not have a fragment (#)' : undefined;
}

function parse(address: string): URL | string {
  if (address.length > maxLength) return `must have at most ${maxLength} characters`;
  const url = allowedCharacters.test(address) ? URL.parse(address) : null;
  if (!url) return 'is not an absolute URL';
  return url.username !== '' || url.password !== '' ? 'must not have a user name or password' : url;
}
