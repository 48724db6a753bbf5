/**
 * Pushes Security Event Tokens to the receiver of one stream (RFC 8935), one at a time and in order. A token that fails is sent again
 * after a pause, with its `jti`, and everything after it waits. Other streams go on meanwhile.
 */
import type { Outbound } from '../outbound/request.ts';
import { progressOf, type StreamSignal, streamSignalsOf } from '../policy/shared-signals.ts';
import { maxPushFailures, type PushResult, pushPauseSeconds, pushResultOf } from '../policy/signal-push.ts';
import { retryAfterSecondsOf } from '../policy/webhook-attempts.ts';
import type { OutboundRules } from '../policy/webhook-urls.ts';
import type { Db } from '../store/database.ts';
import type { Sealer } from '../store/sealer.ts';
import {
  type HeldStream,
  notePushed,
  notePushFailed,
  pausePushStream,
  releasePushStream,
} from '../store/signal-push.ts';
import { recordClient } from './client-record.ts';
import { explain, guardOf, printable } from './delivery-attempt.ts';
import { nextSignals, streamAcknowledged } from './next-signals.ts';
import { authorizationContext } from './signal-push-seal.ts';
import { type SignDeps, signSignals } from './signal-sets.ts';

export interface PushDeps extends SignDeps {
  readonly db: Db;
  readonly sealer: Pick<Sealer, 'open'>;
  readonly outbound: Outbound;
  readonly rules: OutboundRules;
  /** Ends a request under way, when the node stops. */
  readonly signal: AbortSignal;
  /** Told of each request. */
  onResult(clientId: string, result: PushResult): void;
}

const bounds = { timeoutMs: 15_000, maxBytes: 16 * 1024 };
/** Longer than a request can take, and short enough that another node soon takes over from one that died. */
export const holdSeconds = 30;
/** Tokens that are signed at a time. */
const maxSigned = 50;

/** Sends what waits, up to the first failure. */
export async function pushSignals(deps: PushDeps, held: HeldStream): Promise<void> {
  let next: HeldStream | 'given back' | undefined = held;
  try {
    while (typeof next === 'object' && !deps.signal.aborted) next = await pushNext(deps, next);
  } finally {
    if (next !== 'given back') await releasePushStream(deps.db, held);
  }
}

/** Returns the stream as it is after some tokens; `given back` if nothing is left or one failed, undefined if it must not go on. */
async function pushNext(deps: PushDeps, stream: HeldStream): Promise<HeldStream | 'given back' | undefined> {
  const { db, issuer } = deps;
  const known = new Set(stream.acknowledged);
  const at = await nextSignals(db, stream, { known, head: BigInt(stream.head), issuer });
  const pending = stream.status === 'enabled' ? at.pending : [];
  const waiting: StreamSignal[] = [...streamSignalsOf(stream), ...pending].slice(0, maxSigned);
  const move = (delivered: boolean, seconds: number | null) => {
    const to = progressOf(at.page, known, at.through);
    return notePushed(db, stream, { ...to, ...streamAcknowledged(stream, known), delivered }, seconds);
  };
  if (waiting.length === 0) {
    // Another look goes on if the log was not read to its end.
    if (at.readSeq === BigInt(stream.read_seq)) return undefined;
    return (await move(false, null)) ? 'given back' : undefined;
  }
  let { failures } = stream;
  const tokens = await signSignals(deps, stream, waiting);
  for (const [index, { set }] of tokens.entries()) {
    const { retryAfterSeconds, ...result } = await post(deps, stream, set);
    if (deps.signal.aborted) return undefined;
    deps.onResult(stream.client_id, result);
    if (result.outcome === 'failed') {
      await fail(deps, { ...stream, failures }, String(result.error), retryAfterSeconds);
      return 'given back';
    }
    failures = 0;
    known.add((waiting[index] as StreamSignal).key);
    if (!(await move(true, holdSeconds))) return undefined;
  }
  const { readSeq, acknowledged } = progressOf(at.page, known, at.through);
  return { ...stream, ...left(stream, known), read_seq: String(readSeq), acknowledged: [...acknowledged], failures };
}

/** What is about the stream itself and was not sent yet. */
function left(stream: HeldStream, known: ReadonlySet<string>): Pick<HeldStream, 'verify_id' | 'update_id'> {
  const { verified, updated } = streamAcknowledged(stream, known);
  return { verify_id: verified ? null : stream.verify_id, update_id: updated ? null : stream.update_id };
}

async function post(
  { outbound, rules, sealer, signal }: PushDeps,
  { push_url: url, push_authorization: sealed, client_id: clientId }: HeldStream,
  body: string,
): Promise<PushResult & { retryAfterSeconds: number }> {
  const guard = guardOf(url ?? '', rules);
  if (typeof guard === 'string')
    return { outcome: 'failed', error: `not sent: the address ${guard}`, retryAfterSeconds: 0 };
  const authorization = sealed && sealer.open(sealed, authorizationContext(clientId)).toString();
  const headers = {
    'content-type': 'application/secevent+jwt',
    accept: 'application/json',
    'user-agent': 'vibecaas-auth',
    ...(authorization && { authorization }),
  };
  try {
    const answer = await outbound({ url: url ?? '', method: 'POST', headers, body, ...bounds, allows: guard, signal });
    const { status } = answer;
    const said = { status, contentType: answer.headers['content-type'], body: answer.body.toString('utf8') };
    const { outcome, error } = pushResultOf(said);
    const retryAfterSeconds = retryAfterSecondsOf(status, answer.headers['retry-after'], new Date());
    return { outcome, ...(error !== undefined && { error: printable(error) }), retryAfterSeconds };
  } catch (error) {
    return { outcome: 'failed', error: explain(error as NodeJS.ErrnoException), retryAfterSeconds: 0 };
  }
}

async function fail({ db }: PushDeps, stream: HeldStream, error: string, retryAfterSeconds: number): Promise<void> {
  const failures = stream.failures + 1;
  const pauseSeconds = pushPauseSeconds(failures, Math.random(), retryAfterSeconds);
  if (!(await notePushFailed(db, stream, error, pauseSeconds)) || failures < maxPushFailures) return;
  const { stream_id: id, client_id: clientId } = stream;
  await db.transaction(async (trx) => {
    const reason = `${failures} pushes in a row failed; the last one: ${error}`;
    if (!(await pausePushStream(trx, id, reason, failures))) return;
    if (stream.status !== 'enabled') return;
    await recordClient(trx, { id: 'system', reason }, 'signals.stream_paused', clientId, { failures });
  });
}
