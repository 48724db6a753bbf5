/**
 * Paths that every server reads in the same way. A gateway decides by the path as it was sent; an upstream that decodes
 * it twice, or takes a backslash for a slash, must not find another one in it.
 */

/**
 * One segment: characters that mean themselves by RFC 3986 §3.3, those that browsers send as they are besides (WHATWG
 * URL: `[ ] | ^`), and escapes, which may stand for anything but `/`, `\\`, `.` and controls. Never dots alone.
 */
export const pathSegment =
  "(?!\\.+(?:/|$))(?:[A-Za-z0-9_~!$&'()*+,;=:@.[\\]|^-]|%(?!2[eEfF]|5[cC]|[01][0-9a-fA-F]|7[fF])[0-9a-fA-F]{2})+";

/** A slash at the end is one reading more for some servers, and left to whoever asks. */
const wholePath = new RegExp(`^(?:/${pathSegment})+/?$`);

/** False for a path that two servers could read in two ways. */
export function readsOneWay(path: string): boolean {
  if (!wholePath.test(path) || !staysDecoded(path)) return false;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether nothing is left to decode once a path was decoded: `100%25.txt` and not `%252e`. */
export function staysDecoded(path: string): boolean {
  if (!path.includes('%25')) return true;
  const decoded = path.replace(/%([2-7][\da-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return !/%(?:[\da-f]{2}|u[\da-f]{4})/i.test(decoded);
}

/** The same path without the escapes that nothing needs (RFC 3986 §6.2.2.2). */
export function withoutNeedlessEscapes(path: string): string {
  return path.replace(/%([2-7][\da-f])/gi, (sent, code: string) => {
    const character = String.fromCharCode(Number.parseInt(code, 16));
    return /[\w~-]/.test(character) ? character : sent;
  });
}
