/** No colon, which would need escaping in Basic credentials, and nothing that a URL would encode. */
const pattern = /^[A-Za-z\d._~-]{1,100}$/;

/** Returns why a client cannot have this id, as the end of a sentence; undefined if it can. */
export function clientIdProblem(clientId: string): string | undefined {
  if (clientId === '.' || clientId === '..') return 'must not be . or .., which browsers remove from addresses';
  if (pattern.test(clientId)) return undefined;
  return 'must have 1 to 100 letters, digits, dots, dashes, underscores or tildes';
}
