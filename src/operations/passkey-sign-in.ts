/**
 * Signs in with a passkey. The answer of the authenticator says whose it is, so no address is asked for, and nobody learns
 * which addresses have an account. Unknown and removed passkeys, suspended accounts and wrong signatures get one answer.
 */
import { type Amr, assuranceOf } from '../policy/assurance.ts';
import { challengeOf, type PasskeyAnswer, parsePasskey } from '../policy/passkey-answers.ts';
import { counterWentBack, methodsOfPasskey, type RelyingParty } from '../policy/passkeys.ts';
import type { AccountFacts } from '../store/account-facts.ts';
import type { Db } from '../store/database.ts';
import { findPasskey, type StoredPasskey, spendChallenge, usePasskey } from '../store/passkeys.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import type { Sealer } from '../store/sealer.ts';
import type { SignInSource } from '../store/sign-in-event.ts';
import { openChallenge } from './passkey-challenges.ts';
import { verifyPasskey } from './passkey-verification.ts';
import { record } from './record.ts';
import { outcomeOf, type SignInCounts } from './sign-in-counts.ts';

export type PasskeySignIn =
  /** `verifiedAt` is by the database's clock. */
  | {
      readonly account: Pick<AccountFacts, 'id' | 'email' | 'name' | 'tier'>;
      readonly methods: readonly Amr[];
      readonly verifiedAt: Date;
    }
  | { readonly problem: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly problem: PasskeyProblem };

/**
 * `expired`: the page was open too long, or is of another browser. `used`: its answer was sent before. `copied`: the signature
 * is right, but its counter went back.
 */
type PasskeyProblem = 'expired' | 'used' | 'refused' | 'copied';

interface Sent {
  /** The JSON of the browser. */
  readonly answer: string;
  /** What the challenge of the page was bound to. */
  readonly binding: string;
  /** The account that has shown who it is before: no other may answer, and this is a part of its sign-in. */
  readonly accountId?: string | undefined;
  /** Where the answer comes from. */
  readonly ip: string;
  readonly requestId?: string | undefined;
  /** The same for a sign-in, once it is known to which address. */
  readonly sourceOf: (email: string) => Promise<SignInSource>;
}

export interface PasskeyDeps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly limits: Pick<RateLimits, 'passkey'>;
  readonly rp: RelyingParty;
  readonly signIns?: SignInCounts;
}

export async function signInWithPasskey(deps: PasskeyDeps, sent: Sent): Promise<PasskeySignIn> {
  const result = await answerOf(deps, sent);
  deps.signIns?.shown('passkey', outcomeOf(result));
  return result;
}

async function answerOf(deps: PasskeyDeps, sent: Sent): Promise<PasskeySignIn> {
  const answer = parsePasskey(sent.answer);
  if (!answer) return { problem: 'refused' };
  const challenge = openChallenge(deps.sealer, sent.binding, challengeOf(answer) ?? '');
  if (!challenge) return { problem: 'expired' };
  const attempt = await deps.limits.passkey(sent);
  if (attempt.retryAfterSeconds !== undefined) {
    return { problem: 'throttled', retryAfterSeconds: attempt.retryAfterSeconds };
  }
  const result = await verify(deps, sent, answer, challenge).catch(async (error: unknown) => {
    await attempt.discard().catch(() => {});
    throw error;
  });
  await (isFailure(result) ? attempt.fail() : attempt.discard());
  return result;
}

/** Whether it counts towards the limit: a page that is over, and an answer that was sent before, do not. */
const isFailure = (result: PasskeySignIn): boolean =>
  'problem' in result && result.problem !== 'expired' && result.problem !== 'used';

type Challenge = NonNullable<ReturnType<typeof openChallenge>>;

async function verify(
  { db, rp }: PasskeyDeps,
  sent: Sent,
  answer: PasskeyAnswer,
  challenge: Challenge,
): Promise<PasskeySignIn> {
  const stored = await findPasskey(db, Buffer.from(answer.id, 'base64url'));
  if (!stored || !isOfAccount(answer, stored, sent.accountId)) return { problem: 'refused' };
  const verified = await verifyPasskey(answer, { rp, challenge: challenge.text, publicKey: stored.public_key });
  if ('refused' in verified) return { problem: 'refused' };
  const { counter, backedUp } = verified;
  if (counterWentBack(stored.counter, counter)) return copied(db, stored, challenge, sent);
  const methods = methodsOfPasskey(stored);
  const isWhole = sent.accountId === undefined;
  const signsIn = isWhole
    ? { methods: assuranceOf(methods).amr, source: await sent.sourceOf(stored.email) }
    : undefined;
  const used = await usePasskey(db, { passkey: stored, counter, backedUp, challenge, signsIn });
  if (!used.fresh) return { problem: 'used' };
  if (!used.verifiedAt) return { problem: 'refused' };
  const { account_id: id, email, account_name: name, tier } = stored;
  return { account: { id, email, name, tier }, methods, verifiedAt: used.verifiedAt };
}

/**
 * Whether the account is the one that the authenticator keeps the passkey for, and the one that is asked. If the page has
 * asked an account for its passkeys, the authenticator need not say whose it is (WebAuthn §7.2, step 6).
 */
function isOfAccount({ response }: PasskeyAnswer, stored: StoredPasskey, accountId: string | undefined): boolean {
  const { userHandle } = response;
  if (accountId !== undefined && stored.account_id !== accountId) return false;
  if (userHandle === undefined) return accountId !== undefined;
  return Buffer.from(userHandle, 'base64url').toString() === stored.account_id;
}

/**
 * Another device seems to have the same passkey. Its owner sees that in the activity of the account. But an answer that is sent
 * again, since the browser did not get the page after it, has an old counter too: its challenge was used.
 */
async function copied(
  db: Db,
  { id, account_id: accountId }: StoredPasskey,
  challenge: Challenge,
  { ip, requestId }: Sent,
): Promise<PasskeySignIn> {
  const actor = { id: 'system', ip, ...(requestId !== undefined && { requestId }) };
  return db.transaction(async (trx) => {
    if (!(await spendChallenge(trx, challenge))) return { problem: 'used' };
    await record(trx, actor, 'account.passkey_refused', `account:${accountId}`, { passkey: id, why: 'counter' });
    return { problem: 'copied' };
  });
}
