/**
 * Appends the parameters of an answer to a registered redirect URI, which is otherwise unchanged, because RFC 6749 §3.1.2
 * requires that its query is retained. A URL object would rewrite the query: `a%20b` as `a+b`, `?flag` as `?flag=`.
 */

type Fields = Readonly<Record<string, unknown>>;

export function inQuery(uri: string, fields: Fields): string {
  const added = parametersOf(fields);
  if (added === '') return uri;
  const separator = !uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&';
  return `${uri}${separator}${added}`;
}

/** Registered redirect URIs have no fragment. */
export function inFragment(uri: string, fields: Fields): string {
  return `${uri}#${parametersOf(fields)}`;
}

function parametersOf(fields: Fields): string {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
}

/** Parameters of answers: RFC 6749 §4.1.2, RFC 9207, JARM, OpenID Connect Core, Session Management, Logout. */
const namesOfAnswers = new Set(
  (
    'code state error error_description error_uri iss response session_state ' +
    'access_token token_type expires_in refresh_token id_token scope'
  ).split(' '),
);

/** Returns the parameter of a registered URI that could be mistaken for one of an answer, or undefined. */
export function nameOfAnswerIn(url: URL): string | undefined {
  return [...url.searchParams.keys()].find((name) => namesOfAnswers.has(name));
}
