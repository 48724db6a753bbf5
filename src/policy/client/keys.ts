/** The public keys by which a client proves who it is (RFC 7523, RFC 7517). */

const maxKeys = 20;
const keyTypes = ['EC', 'RSA', 'OKP'];
/** Members of private and symmetric keys (RFC 7518 §6): such a key must not leave its owner. */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** What is wrong with the `keys` of a JWK set; undefined when nothing is. */
export function checkKeys(keys: unknown): string | undefined {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > maxKeys) return `must have 1 to ${maxKeys} keys`;
  for (const key of keys as unknown[]) {
    if (typeof key !== 'object' || key === null) return 'must have objects as keys';
    if (secretMembers.some((member) => member in key)) return 'must have public keys only: keep the private ones';
    if (!keyTypes.includes((key as { kty?: string }).kty ?? '')) return `must have keys of kty ${keyTypes.join(', ')}`;
  }
  return undefined;
}
