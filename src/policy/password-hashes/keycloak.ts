/**
 * The credential of a Keycloak export (`secretData` and `credentialData`, each an object or its JSON), rewritten as the text
 * of a dialect that is known.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Returns undefined if it is not such a credential, or if its algorithm is unknown. */
export function keycloakHash(credential: object): string | undefined {
  const { secretData, credentialData } = credential as Fields;
  const [secret, settings] = [fieldsOf(secretData), fieldsOf(credentialData)];
  const { value, salt } = secret;
  const { algorithm, hashIterations } = settings;
  if (typeof value !== 'string' || typeof salt !== 'string' || typeof algorithm !== 'string') return undefined;
  if (typeof hashIterations !== 'number') return undefined;
  if (algorithm === 'argon2') return argon2(fieldsOf(settings.additionalParameters), hashIterations, salt, value);
  const digest = /^pbkdf2(?:-(sha256|sha512))?$/.exec(algorithm);
  return digest ? `$pbkdf2-${digest[1] ?? 'sha1'}$i=${hashIterations}$${salt}$${value}` : undefined;
}

const versions: Readonly<Record<string, number>> = { '1.0': 16, '1.3': 19 };

function argon2(parameters: Fields, passes: number, salt: string, digest: string): string {
  // Keycloak stores each parameter as a list of one text.
  const first = (name: string): string => String([parameters[name]].flat()[0]);
  const costs = `m=${first('memory')},t=${passes},p=${first('parallelism')}`;
  return `$argon2${first('type')}$v=${versions[first('version')]}$${costs}$${salt}$${digest}`;
}

function fieldsOf(data: unknown): Fields {
  if (typeof data === 'object' && data !== null) return data as Fields;
  if (typeof data !== 'string') return {};
  try {
    return fieldsOf(JSON.parse(data));
  } catch {
    return {};
  }
}
