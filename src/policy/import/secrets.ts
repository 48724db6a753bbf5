/** How each secret of a client that is imported is stored. */
import { isStrongSecret } from '../client/secret-strength.ts';
import { formatPasswordHash, parsePasswordHash } from '../password-hashes/parse.ts';
import { isPossiblePassword } from '../passwords.ts';
import type { ForeignSecret, ImportedClient } from './client.ts';
import type { Finding } from './findings.ts';

export interface PlannedSecret {
  /** `fast`: in clear, to be stored as our own are. `slow`: in clear, to be hashed as a password. `hash`: their hash. */
  readonly form: 'fast' | 'slow' | 'hash';
  readonly value: string;
  readonly expiresAt: Date | null;
}

const maxSecrets = 2;

export function planSecrets({ metadata, secrets }: Pick<ImportedClient, 'metadata' | 'secrets'>): {
  secrets: readonly PlannedSecret[];
  findings: readonly Finding[];
} {
  if (!metadata.token_endpoint_auth_method.startsWith('client_secret_')) return { secrets: [], findings: [] };
  const findings: Finding[] = [];
  const planned = secrets.slice(-maxSecrets).flatMap((secret) => plan(secret, findings));
  if (secrets.length > maxSecrets) {
    findings.push({
      reason: 'secret_surplus',
      problem: `${secrets.length - maxSecrets} of its secrets were not imported`,
    });
  }
  if (secrets.length === 0)
    findings.push({ reason: 'secret_missing', problem: 'The file has no secret of this client' });
  return { secrets: planned, findings };
}

function plan({ value, isHash, expiresAt }: ForeignSecret, findings: Finding[]): PlannedSecret[] {
  if (isHash) {
    const parsed = parsePasswordHash(value);
    if ('hash' in parsed) return [{ form: 'hash', value: formatPasswordHash(parsed.hash), expiresAt }];
    findings.push({ reason: 'secret_hash', problem: `The hash of its secret ${parsed.problem}` });
    return [];
  }
  if (!isPossiblePassword(value)) {
    findings.push({ reason: 'secret_hash', problem: 'Its secret is too long or has NUL characters' });
    return [];
  }
  if (isStrongSecret(value)) return [{ form: 'fast', value, expiresAt }];
  findings.push({ reason: 'secret_weak', problem: 'Its secret is short or repeats itself' });
  return [{ form: 'slow', value, expiresAt }];
}
