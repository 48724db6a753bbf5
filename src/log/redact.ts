/**
 * Removes secrets from texts that are stored or logged. Secrets are recognised by the name of their property or parameter
 * (at any depth, in queries and forms), and by their form (our prefixes, JWTs, credentials in headers and URLs).
 */

const MASK = '[redacted]';

/** Names in lower case without `_` and `-`, so that `Set-Cookie`, `set_cookie` and `setCookie` are the same. */
const secretNames = new Set(
  (
    'code token secret secrets password state authorization cookie csrf otp codeverifier usercode devicecode assertion ' +
    'clientassertion idtokenhint apikey secrethash'
  ).split(' '),
);

/** `refresh_token`, `client_secret`, `currentPassword`, `set-cookie`, … */
const secretEnding = /(token|secret|password|cookie|csrf)$/;

const shapes: readonly (readonly [RegExp, string])[] = [
  // refresh tokens, client secrets and everything with our prefix
  [/\b(vcs_[a-z]{2,4}_)[A-Za-z0-9._~-]+/g, `$1${MASK}`],
  // secrets of webhooks
  [/\b(whsec_)[A-Za-z0-9+/=_-]+/g, `$1${MASK}`],
  // the value of an Authorization header; long enough to leave "Basic authentication" alone
  [/\b(Bearer|Basic|DPoP) +[\w.~+/=-]{16,}/gi, `$1 ${MASK}`],
  // user:password@ of a URL
  [/(:\/\/[^\s/?#:@]*:)[^\s/?#]+@/g, `$1${MASK}@`],
];

/** Reports whether a property, header or parameter of this name contains a secret. */
function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[-_]/g, '');
  return secretNames.has(plain) || secretEnding.test(plain);
}

/**
 * Masks the values of secret parameters in the query and fragment of an absolute or relative URL. Everything else,
 * including order and encoding, is unchanged.
 */
export function redactUrl(url: string): string {
  if (plainPath.test(url)) return url;
  const start = url.search(/[?#]/);
  const masked = start === -1 ? url : url.slice(0, start) + maskParameters(url.slice(start));
  return redactShapes(masked);
}

/** Matches paths of most requests. None of our shapes fits into these characters. */
const plainPath = /^[a-z/-]*$/;

/** Masks every secret in a text that is recognised by its form or the name of its parameter. */
export function redactText(text: string): string {
  return redactShapes(text.includes('=') ? maskParameters(text) : text);
}

/**
 * Masks secrets at every depth of a line of JSON. The `code` of an error is kept if it looks like an error code
 * (`ECONNREFUSED`, SQLSTATE `40001`) and not like an authorization code.
 */
export function redactLine(line: string): string {
  try {
    return `${JSON.stringify(JSON.parse(line), redactProperty)}\n`;
  } catch {
    return redactText(line);
  }
}

function redactProperty(this: unknown, key: string, value: unknown): unknown {
  if (isSecretName(key) && holdsSomething(value) && !isErrorCode(this, key, value)) return MASK;
  return typeof value === 'string' ? redactText(value) : value;
}

function holdsSomething(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && typeof value !== 'boolean';
}

function isErrorCode(holder: unknown, key: string, value: unknown): boolean {
  const isError = typeof holder === 'object' && holder !== null && 'stack' in holder;
  return isError && key === 'code' && typeof value === 'string' && /^[A-Z0-9_]{5,40}$/.test(value);
}

/** Matches name=value after a separator. The name may be percent-encoded. */
const parameter = /(^|[?&#;\s])([\w%.-]+)=([^&#\s"'<>]*)/g;

/** An address in an address takes a step, and one more if it is encoded. After so many steps everything is masked. */
const maxDepth = 6;

function maskParameters(text: string, depth = 0): string {
  return text.replace(parameter, (_, before: string, name: string, value: string) => {
    return `${before}${name}=${value !== '' && isSecretName(decode(name)) ? MASK : maskNested(value, depth)}`;
  });
}

/** Addresses of pages travel in parameters, as they are or percent-encoded. */
function maskNested(value: string, depth: number): string {
  if (!nested.test(value)) return value;
  if (depth === maxDepth) return MASK;
  const query = value.search(/[?#]/);
  if (query !== -1) return value.slice(0, query) + maskParameters(value.slice(query), depth + 1);
  const decoded = decode(value);
  const masked = decoded === value ? value : maskNested(decoded, depth + 1);
  return masked === decoded ? value : encodeURIComponent(masked);
}

/** Matches what may hold an address with a query or a fragment. */
const nested = /[?#]|%(25)*(3f|23)/i;

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function redactShapes(text: string): string {
  const masked = shapes.reduce((current, [shape, mask]) => current.replace(shape, mask), text);
  return masked.includes('eyJ') ? masked.replace(dotted, (run) => (isJwt(run) ? MASK : run)) : masked;
}

/** Matches parts of base64url separated by dots. The lookbehind keeps matching linear: there is one attempt for each run. */
const dotted = /(?<![\w.-])[\w-]+(?:\.[\w-]*)+/g;

/** `eyJ` is base64url of `{"`. A JWS has a header and a payload that begin so, a JWE a header and four more parts. */
function isJwt(run: string): boolean {
  const parts = run.split('.');
  return parts.some((part, index) => {
    return part.includes('eyJ') && (parts[index + 1]?.startsWith('eyJ') === true || parts.length - index >= 5);
  });
}
