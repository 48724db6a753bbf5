/**
 * Keeps secrets out of what is written down. Two nets: names that hold secrets (at any depth of an object, in queries
 * and forms), and shapes that are secrets wherever they turn up (our prefixes, JWTs, credentials in headers and URLs).
 */

const MASK = '[redacted]';

/** Lower case, without `_` and `-`: `Set-Cookie`, `set_cookie` and `setCookie` are one name. */
const secretNames = new Set(
  (
    'code token secret secrets password state authorization cookie csrf otp codeverifier usercode devicecode assertion ' +
    'clientassertion idtokenhint apikey secrethash'
  ).split(' '),
);

/** `refresh_token`, `client_secret`, `currentPassword`, `set-cookie`, … */
const secretEnding = /(token|secret|password|cookie|csrf)$/;

const shapes: readonly (readonly [RegExp, string])[] = [
  // what we hand out: refresh tokens, client secrets and whatever shares their form
  [/\b(vcs_[a-z]{2,4}_)[A-Za-z0-9._~-]+/g, `$1${MASK}`],
  // secrets of webhooks
  [/\b(whsec_)[A-Za-z0-9+/=_-]+/g, `$1${MASK}`],
  // an Authorization header's value inside a sentence; long enough to spare "Basic authentication"
  [/\b(Bearer|Basic|DPoP) +[\w.~+/=-]{16,}/gi, `$1 ${MASK}`],
  // user:password@ of a URL
  [/(:\/\/[^\s/?#:@]*:)[^\s/?#]+@/g, `$1${MASK}@`],
];

/** Whether a property, header or parameter of this name holds a secret. */
function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[-_]/g, '');
  return secretNames.has(plain) || secretEnding.test(plain);
}

/**
 * An absolute or relative URL with the values of secret parameters masked, in query and fragment; all else, order and
 * encoding included, stays as it was.
 */
export function redactUrl(url: string): string {
  const start = url.search(/[?#]/);
  const masked = start === -1 ? url : url.slice(0, start) + url.slice(start).replace(parameter, maskParameter);
  return redactShapes(masked);
}

/** A text with every secret masked that can be known by its shape, or by the name of the parameter it belongs to. */
export function redactText(text: string): string {
  return redactShapes(text.includes('=') ? text.replace(parameter, maskParameter) : text);
}

/**
 * One line of JSON with secrets masked at every depth.
 * An error's own `code` stays if it looks like one (`ECONNREFUSED`, SQLSTATE `40001`): it is not an OAuth code.
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

/** name=value after a separator; the name may be percent-encoded. */
const parameter = /(^|[?&#;\s])([\w%.-]+)=([^&#\s"'<>]*)/g;

function maskParameter(whole: string, before: string, name: string, value: string): string {
  return value !== '' && isSecretName(decode(name)) ? `${before}${name}=${MASK}` : whole;
}

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

/** Parts of base64url with dots between them. The look-behind keeps hostile text linear: one attempt for each run. */
const dotted = /(?<![\w.-])[\w-]+(?:\.[\w-]*)+/g;

/** `eyJ` is base64url of `{"`: a JWS has a header and a payload of that form, a JWE a header and four more parts. */
function isJwt(run: string): boolean {
  const parts = run.split('.');
  return parts.some((part, index) => {
    return part.includes('eyJ') && (parts[index + 1]?.startsWith('eyJ') === true || parts.length - index >= 5);
  });
}
