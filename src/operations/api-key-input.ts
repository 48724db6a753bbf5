/** Checks what an owner wants a key to be, and says what a change of one is. */
import { AppError } from '../errors.ts';
import {
  canonicalNetworks,
  type KeyEnvironment,
  type KeyRights,
  keyLimits,
  keyProblems,
  orderedScope,
  reachesFurther,
} from '../policy/api-keys.ts';
import { pick } from '../policy/pick.ts';
import type { ApiKey, KeysStanding } from '../store/api-keys.ts';
import type { Actor } from './actor.ts';
import { requiredReason } from './client-record.ts';

export interface ApiKeyInput extends KeyRights {
  readonly name: string;
  readonly environment: KeyEnvironment;
}

/** Returns the input in canonical form. @throws AppError invalid with the problem of each field */
export function checkKeyInput(input: ApiKeyInput): ApiKeyInput {
  const trimmed = { ...input, name: input.name.trim() };
  const problems = keyProblems(trimmed, new Date());
  const [first] = Object.entries(problems);
  if (first) throw new AppError('invalid', first.join(' '), problems);
  const { scope, networks, projects } = trimmed;
  return {
    ...trimmed,
    scope: orderedScope(scope),
    networks: networks && canonicalNetworks(networks),
    projects: projects && [...new Set(projects)],
  };
}

/** @throws AppError invalid if a key would get rights that it did not have */
export function refuseMoreRights(before: ApiKey, after: ApiKeyInput): void {
  const lost = (now: readonly string[] | null, then: readonly string[] | null) =>
    then !== null && (now === null || now.some((one) => !then.includes(one)));
  const wider = {
    scope: lost(after.scope, before.scope),
    projects: lost(after.projects, before.projects),
    expires_at: before.expires_at !== null && (after.expiresAt === null || after.expiresAt > before.expires_at),
  };
  const fields = Object.entries(wider).flatMap(([field, is]) => (is ? [field] : []));
  if (fields.length === 0) return;
  const problem = 'can only be narrowed: make another key';
  throw new AppError(
    'invalid',
    `${fields.join(', ')} ${problem}`,
    Object.fromEntries(fields.map((one) => [one, problem])),
  );
}

/**
 * Each key has a rate limit of its own, so there may be only so many that work. @throws AppError conflict, with their limit as `keys`
 */
export function refuseOneMore({ working }: KeysStanding): void {
  if (working < keyLimits.keys) return;
  const problem = `An account may have ${keyLimits.keys} keys: revoke one that is not used`;
  throw new AppError('conflict', problem, { keys: keyLimits.keys });
}

/** Each new key sends a mail and stays listed for months. @throws AppError conflict, with the limit as `keys_a_day` */
export function refuseMoreToday({ made_today: made }: KeysStanding): void {
  if (made < keyLimits.keysADay) return;
  const problem = `An account may make ${keyLimits.keysADay} keys a day: come back tomorrow`;
  throw new AppError('conflict', problem, { keys_a_day: keyLimits.keysADay });
}

/**
 * Whether a change lets a key work from more places. For the key of somebody else that needs a reason.
 * @throws AppError invalid with the problem of `reason`
 */
export function reachesFurtherFor({ id, reason = '' }: Actor, before: ApiKey, after: ApiKeyInput): boolean {
  if (!reachesFurther(before.networks, after.networks)) return false;
  if (id !== `account:${before.account_id}`) requiredReason(reason);
  return true;
}

/** The rights of a key, for the audit log. */
export function rightsOf({ environment, scope, projects, networks, expires_at }: ApiKey): object {
  return { environment, scope: scope.join(' '), projects, networks, expires_at };
}

const rights = ['scope', 'projects', 'networks', 'expires_at'] as const;

/** The rights that differ, as they were. */
export function changedRights(before: ApiKey, after: ApiKey): Partial<Pick<ApiKey, (typeof rights)[number]>> {
  const text = (right: unknown) => JSON.stringify(right);
  return pick(
    before,
    rights.filter((right) => text(before[right]) !== text(after[right])),
  );
}
