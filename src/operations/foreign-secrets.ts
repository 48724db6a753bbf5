/**
 * Verifies a client secret of which only the hash of another server is known, and replaces that hash by ours. It is as
 * slow as a password, so it waits in the same queue, and wrong secrets are limited as wrong passwords are.
 */
import { AppError } from '../errors.ts';
import { isStrongSecret } from '../policy/client/secret-strength.ts';
import { isPossiblePassword } from '../policy/passwords.ts';
import { lastFour } from '../policy/token-format.ts';
import { replaceForeignSecret } from '../store/client-secrets.ts';
import type { Db } from '../store/database.ts';
import { onBehalfOf } from '../store/pool-shares.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import { sha256 } from '../store/sealer.ts';
import type { Passwords } from './passwords.ts';

interface ForeignSecret {
  readonly id: string;
  /** The hash of the other server. */
  readonly foreign: string;
}

interface Presented {
  readonly clientId: string;
  /** The valid secrets of the client that have no hash of ours: one or two. */
  readonly secrets: readonly ForeignSecret[];
  readonly presented: string;
  readonly ip: string;
}

/**
 * Returns the id of the secret that was presented; undefined if the secret is wrong. @throws AppError throttled after too many
 * wrong secrets, and unavailable if too many hashes wait
 */
export type VerifyForeignSecret = (attempt: Presented) => Promise<string | undefined>;

export function createForeignSecrets({
  db,
  passwords,
  limits,
}: {
  db: Db;
  passwords: Passwords;
  limits: Pick<RateLimits, 'clientSecret'>;
}): VerifyForeignSecret {
  const underWay = new Map<string, Promise<string | undefined>>();

  const find = async ({ secrets, presented }: Presented) => {
    for (const secret of secrets) if (await passwords.verify(secret.foreign, presented)) return secret;
    return undefined;
  };

  const verify = async (attempt: Presented): Promise<string | undefined> => {
    if (!isPossiblePassword(attempt.presented)) return undefined;
    const limited = await limits.clientSecret(attempt);
    if (limited.retryAfterSeconds !== undefined) throw tooManyWrong(limited.retryAfterSeconds);
    const found = await find(attempt).catch(async (error: unknown) => {
      await limited.discard().catch(() => {});
      throw error;
    });
    await (found ? limited.discard() : limited.fail());
    if (found && isStrongSecret(attempt.presented)) await replace(db, found, attempt.presented);
    return found?.id;
  };

  return (attempt) => {
    // A client that starts sends many requests at once: one hash is enough for all with the same secret from the same address.
    const key = sha256(JSON.stringify([attempt.clientId, attempt.ip, attempt.presented, attempt.secrets])).toString(
      'hex',
    );
    const running = underWay.get(key);
    if (running) return running;
    // The one who asked first may leave, and the others still wait.
    const started = onBehalfOf(
      'token',
      () => false,
      () => verify(attempt),
    ).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
}

function replace(db: Db, { id, foreign }: ForeignSecret, secret: string): Promise<void> {
  return replaceForeignSecret(db, id, { foreignHash: foreign, secretHash: sha256(secret), lastFour: lastFour(secret) });
}

function tooManyWrong(retryAfterSeconds: number): AppError {
  return new AppError('throttled', 'Too many wrong secrets for this client from this network', { retryAfterSeconds });
}
