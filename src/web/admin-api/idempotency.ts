/**
 * `Idempotency-Key` on POST. A repeated request gets the stored answer and has no second effect; another request with the
 * same key is refused. The answer is stored in the transaction that does the work, so that one is never without the other.
 * Refused requests are not stored: they changed nothing, and may be sent again.
 */
import type { Context } from 'koa';
import { idempotencySeconds } from '../../policy/admin-api.ts';
import type { Db } from '../../store/database.ts';
import { claimRequestKey, type EarlierRequest, findRequestWithKey, keepAnswer } from '../../store/idempotency.ts';
import { sha256 } from '../../store/sealer.ts';
import type { AdminApiDeps } from './deps.ts';
import type { Answer } from './operation.ts';
import { invalid, Refusal } from './refusal.ts';

const keyForm = /^[\x21-\x7e]{1,255}$/;
const purpose = 'idempotent request';

interface Request {
  readonly clientId: string;
  readonly body: unknown;
}

/** @throws Refusal if the key is malformed or repeated */
function idempotencyKey(ctx: Context): string | undefined {
  const [key, ...more] = ctx.req.headersDistinct['idempotency-key'] ?? [];
  if (key === undefined) return undefined;
  if (more.length === 0 && keyForm.test(key)) return key;
  throw invalid({ 'Idempotency-Key': 'must be one key of 1 to 255 visible ASCII characters' });
}

export interface Work {
  /** Slow work, outside of the transaction. */
  readonly prepare: (() => Promise<unknown>) | undefined;
  run(trx: Db, prepared: unknown): Promise<Answer>;
}

/** Does `work`, with `run` in one transaction, or returns the stored answer of the same request. */
export async function once(
  ctx: Context,
  { db, sealer }: AdminApiDeps,
  { clientId, body }: Request,
  { prepare, run }: Work,
): Promise<Answer> {
  const key = idempotencyKey(ctx);
  if (key === undefined) {
    const prepared = await prepare?.();
    return db.transaction((trx) => run(trx, prepared));
  }
  const request = { clientId, keyHash: sha256(key) };
  const said = JSON.stringify([clientId, ctx.path, body]);
  const context = `${purpose} ${clientId} ${request.keyHash.toString('hex')}`;
  const replay = (earlier: EarlierRequest) => {
    const sealed = sealer.verifyMac(purpose, said, earlier.request_mac) ? earlier.answer : null;
    const answer = sealed && sealer.openIfKnown(sealed, context);
    if (!answer) throw new Refusal(409, 'CONFLICT', 'This Idempotency-Key was used for another request');
    ctx.set('Idempotency-Replayed', 'true');
    return JSON.parse(answer.toString()) as Answer;
  };
  const known = prepare && (await findRequestWithKey(db, request));
  if (known) return replay(known);
  const prepared = await prepare?.();
  return db.transaction(async (trx) => {
    const earlier = await claimRequestKey(trx, request, sealer.mac(purpose, said), idempotencySeconds);
    if (earlier) return replay(earlier);
    const answer = await run(trx, prepared);
    await keepAnswer(trx, request, sealer.seal(JSON.stringify(answer), context));
    return answer;
  });
}
