/**
 * The addresses at which answers arrive: a registered redirect URI, byte for byte, with the answer's parameters behind it (RFC
 * 6749 §3.1.2: a query that it has must be retained). A URL object would write the query anew: `a%20b` as `a+b`, `?flag` as
 * `?flag=`.
 */

type Fields = Readonly<Record<string, unknown>>;

export function inQuery(uri: string, fields: Fields): string {
  const added = parametersOf(fields);
  if (added === '') return uri;
  const separator = !uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&';
  return `${uri}${separator}${added}`;
}

/** Registered addresses have no fragment of their own. */
export function inFragment(uri: string, fields: Fields): string {
  return `${uri}#${parametersOf(fields)}`;
}

function parametersOf(fields: Fields): string {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
}

/** What answers are made of: RFC 6749 §4.1.2, RFC 9207, JARM, OpenID Connect Core, Session Management, Logout. */
const namesOfAnswers = new Set(
  (
    'code state error error_description error_uri iss response session_state ' +
    'access_token token_type expires_in refresh_token id_token scope'
  ).split(' '),
);

/** The parameter of a registered address that an answer could be mistaken for; undefined when there is none. */
export function nameOfAnswerIn(url: URL): string | undefined {
  return [...url.searchParams.keys()].find((name) => namesOfAnswers.has(name));
}
