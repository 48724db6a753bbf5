/**
 * Paths that every server interprets in the same way. A gateway decides by the path as it was sent. An upstream that decodes
 * it twice, or treats a backslash as a slash, must not read it as a different path.
 */

/**
 * One segment: the literal characters of RFC 3986 §3.3, those that browsers also send unescaped (WHATWG URL: `[ ] | ^`), and
 * escapes of anything except `/`, `\\`, `.` and control characters. A segment must not consist of dots, nor of
 * dots and a path parameter, which some servers drop.
 */
export const pathSegment =
  "(?!\\.+(?:[/;]|%3[bB]|$))(?:[A-Za-z0-9_~!$&'()*+,;=:@.[\\]|^-]|%(?!2[eEfF]|5[cC]|[01][0-9a-fA-F]|7[fF])[0-9a-fA-F]{2})+";

/** A trailing slash is allowed here, although servers treat it differently; callers decide about it. */
const wholePath = new RegExp(`^(?:/${pathSegment})+/?$`);

/** Returns false for a path that servers could interpret differently. */
export function readsOneWay(path: string): boolean {
  if (!wholePath.test(path) || !staysDecoded(path)) return false;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Reports whether the decoded path contains no further escapes: true for `100%25.txt`, false for `%252e`. */
export function staysDecoded(path: string): boolean {
  if (!path.includes('%25')) return true;
  const decoded = path.replace(/%([2-7][\da-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return !/%(?:[\da-f]{2}|u[\da-f]{4})/i.test(decoded);
}

/** Returns the path without unnecessary escapes (RFC 3986 §6.2.2.2). */
export function withoutNeedlessEscapes(path: string): string {
  return path.replace(/%([2-7][\da-f])/gi, (sent, code: string) => {
    const character = String.fromCharCode(Number.parseInt(code, 16));
    return /[\w~-]/.test(character) ? character : sent;
  });
}
