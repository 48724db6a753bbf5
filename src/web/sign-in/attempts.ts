/**
 * The half-done sign-in of a browser. Its id is a hash of the browser's secret and of the authorization that the person signs in
 * for, so what one browser began no other can finish, nor can this one finish it for another app.
 */
import type { Context } from 'koa';
import { type Amr, knownMethods } from '../../policy/assurance.ts';
import { attemptSeconds } from '../../policy/second-step.ts';
import type { Db } from '../../store/database.ts';
import { type Sealer, sha256 } from '../../store/sealer.ts';
import {
  findLeftSession,
  findSignInAttempt,
  type LeftSession,
  putSignInAttempt,
  type SignInAttempt,
} from '../../store/sign-in-attempts.ts';
import { browserSecret, ensureBrowserSecret } from '../http/browser.ts';

export interface Attempt extends Omit<SignInAttempt, 'methods'> {
  readonly idHash: Buffer;
  readonly methods: readonly Amr[];
}

/** The attempt of this browser for an authorization, or for our own pages; undefined if it does not exist, or is over. */
export async function currentAttempt(ctx: Context, db: Db, interaction?: string): Promise<Attempt | undefined> {
  const secret = browserSecret(ctx);
  if (secret === undefined) return undefined;
  const idHash = hashOf(secret, interaction);
  const found = await findSignInAttempt(db, idHash);
  return found && { ...found, idHash, methods: knownMethods(found.methods) };
}

/** Stores it, in place of an earlier one. */
export async function beginAttempt(
  ctx: Context,
  db: Db,
  first: { accountId: string; methods: readonly Amr[]; verifiedAt: Date; interaction?: string | undefined },
): Promise<void> {
  const idHash = hashOf(browserSecret(ctx) ?? ensureBrowserSecret(ctx), first.interaction);
  const { accountId, methods, verifiedAt, interaction } = first;
  await putSignInAttempt(db, { idHash, accountId, methods, interaction, verifiedAt, ttlSeconds: attemptSeconds });
}

/** The session to which an attempt of this browser on our own pages leads, as it is stored with the end of the attempt. */
export function leftSession(ctx: Context, sealer: Sealer, id: string): LeftSession {
  const secret = browserSecret(ctx) ?? ensureBrowserSecret(ctx);
  return { idHash: leftHashOf(secret), session: sealer.seal(id, leftContext) };
}

/** The id of the session to which another click of this browser has just led; undefined without one. */
export async function findLeft(ctx: Context, db: Db, sealer: Sealer): Promise<string | undefined> {
  const secret = browserSecret(ctx);
  const sealed = secret && (await findLeftSession(db, leftHashOf(secret)));
  return sealed ? sealer.openIfKnown(sealed, leftContext)?.toString() : undefined;
}

const leftContext = 'session after a sign-in';
const leftHashOf = (secret: string): Buffer => sha256(`session after a sign-in ${secret}`);

function hashOf(secret: string, interaction = ''): Buffer {
  return sha256(`sign-in attempt ${interaction} ${secret}`);
}
