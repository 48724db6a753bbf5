/**
 * Bounds the requests in flight by kind, and refuses what is over the bound with 503 before anything of it is read or
 * done: so what is accepted is answered in time, and an overload does not spend tokens for clients that have given up.
 * There is no queue here. Accepted requests wait for the event loop, a connection or a hash, and leave if their client does.
 */
import type { IncomingMessage } from 'node:http';
import type { Context, Next } from 'koa';
import { AppError } from '../../errors.ts';
import type { Passwords } from '../../operations/passwords.ts';
import { adminPath } from '../../policy/admin-api.ts';
import {
  beginsAuthorization,
  boundsOf,
  kindOf,
  mayTakePlace,
  type RequestKind,
  retryAfterSeconds,
} from '../../policy/admission.ts';
import { machineOf } from '../../policy/lockout.ts';
import type { Heartbeat } from '../../store/heartbeat.ts';
import { onBehalfOf } from '../../store/pool-shares.ts';
import { refuse as refuseInEnvelope } from '../admin-api/envelope.ts';
import { asRefusal, type Refusal } from '../admin-api/refusal.ts';
import { answer } from './errors.ts';
import { createLoopWatch, type LoopWatch } from './loop-watch.ts';
import { createTurns } from './turns.ts';

/** All places of the kind are taken, or the clock of this node was set and can't be trusted. */
export type RefusalReason = 'full' | 'clock';

/** What metrics tell about admission. */
export interface AdmissionCounts {
  readonly inFlight: Readonly<Record<RequestKind, number>>;
  /** Those that found no place. Refusals because of the clock are not overload. */
  readonly refused: Readonly<Record<RequestKind, number>>;
  /** Requests that were dropped because their client had gone. */
  readonly abandoned: Readonly<Record<RequestKind, number>>;
}

export interface AdmissionDeps {
  readonly config: { readonly databasePoolSize: number };
  readonly passwords: Pick<Passwords, 'maxAtOnce'>;
  readonly metrics: { readonly admitted: Mutable<AdmissionCounts> };
  /** Nothing is done by a clock that was set and not compared since: codes and tokens would end too early or too late. */
  readonly heartbeat: Pick<Heartbeat, 'trustsClock'>;
  /** Tests replace it, because it measures the machine. */
  readonly loopWatch?: LoopWatch | undefined;
}

type Mutable<Counts> = { readonly [Name in keyof Counts]: Record<RequestKind, number> };

export function createAdmissionCounts(): Mutable<AdmissionCounts> {
  const none = () => ({ token: 0, list: 0, page: 0, password: 0, admin: 0 });
  return { inFlight: none(), refused: none(), abandoned: none() };
}

export interface Admission {
  /** Returns why a request of this kind from this IP address is refused, and counts it if it is; undefined if it may go on. */
  refuse(kind: RequestKind, path: string, address: string): RefusalReason | undefined;
  readonly middleware: (ctx: Context, next: Next) => Promise<void>;
}

export function createAdmission({ config, passwords, metrics, heartbeat, loopWatch }: AdmissionDeps): Admission {
  const { inFlight, refused, abandoned } = metrics.admitted;
  const bounds = boundsOf(config.databasePoolSize);
  const loop = loopWatch ?? createLoopWatch(() => Object.values(inFlight).every((count) => count === 0));
  const boundOf = (kind: RequestKind, path: string): number => {
    if (kind === 'password') return passwords.maxAtOnce();
    const bound = kind === 'page' && beginsAuthorization(path) ? bounds.beginning : bounds[kind];
    return Math.ceil(bound * loop.share());
  };
  const nextTurn = createTurns();
  // People of one network may come together, so only programs share their places out.
  const callers = { token: createCallerCounts(), list: createCallerCounts() };
  const callersOf = (kind: RequestKind) => (kind === 'token' || kind === 'list' ? callers[kind] : undefined);
  const refuse = (kind: RequestKind, path: string, address: string): RefusalReason | undefined => {
    if (!heartbeat.trustsClock()) return 'clock';
    const [bound, taken] = [boundOf(kind, path), inFlight[kind]];
    const own = callersOf(kind)?.of(machineOf(address));
    if (own === undefined ? taken < bound : mayTakePlace({ own, taken, bound })) return undefined;
    refused[kind] += 1;
    return 'full';
  };
  return {
    refuse,
    async middleware(ctx, next) {
      const kind = kindOf(ctx.method, ctx.path);
      if (!kind) return next();
      loop.begin();
      const caller = machineOf(ctx.ip);
      const reason = refuse(kind, ctx.path, ctx.ip);
      if (reason) return answerRefused(ctx, kind, reason);
      const leave = takePlace(ctx.req, (change) => {
        inFlight[kind] += change;
      });
      // Bodies on their way count too, or a caller could finish any number of them at the same moment.
      callersOf(kind)?.change(caller, 1);
      try {
        await nextTurn();
        // Callers of lists share what is read, which must not end with one of them.
        if (kind === 'list') await next();
        else if (!hasGone(ctx)) await onBehalfOf(kind, () => hasGone(ctx), next);
      } finally {
        leave();
        callersOf(kind)?.change(caller, -1);
        if (hasGone(ctx)) abandoned[kind] += 1;
      }
    },
  };
}

/** Requests in flight by caller. It has an entry for each of them, and none for others. */
function createCallerCounts() {
  const counts = new Map<string, number>();
  return {
    of: (caller: string): number => counts.get(caller) ?? 0,
    change(caller: string, change: number) {
      const count = (counts.get(caller) ?? 0) + change;
      if (count > 0) counts.set(caller, count);
      else counts.delete(caller);
    },
  };
}

/** Node closes its side too when a client has ended its own, so such a client gets no answer either. */
function hasGone({ req: { socket }, res }: Context): boolean {
  return res.destroyed || !socket || socket.destroyed || socket.readableEnded;
}

/**
 * A request whose body is still on its way does no work. It gives its place back meanwhile, so that clients that send
 * slowly do not keep others out.
 */
function takePlace(request: IncomingMessage, count: (change: 1 | -1) => void): () => void {
  let left = false;
  let held = true;
  const hold = (wanted: boolean) => {
    if (held !== wanted) count(wanted ? 1 : -1);
    held = wanted;
  };
  count(1);
  if (!request.complete) {
    // A short body that arrived together with its head is complete by then.
    setImmediate(() => {
      if (left || request.complete) return;
      hold(false);
      request.once('end', () => hold(!left));
    });
  }
  return () => {
    left = true;
    hold(false);
  };
}

const sentences: Readonly<Record<RequestKind, string>> = {
  token: 'Too many requests are being answered at this moment; nothing of this one was done, so send it again',
  list: 'Too many lists are being read at this moment; come back later',
  page: 'Too many people are here at this moment',
  password: 'Too many people are signing in at this moment',
  admin: 'Too many requests are being answered at this moment; nothing of this one was done',
};

const clockSentence = 'The clock of this server was set; nothing of this request was done, so send it again';

export function sentenceOf(kind: RequestKind, reason: RefusalReason): string {
  return reason === 'clock' ? clockSentence : sentences[kind];
}

/** Makes the client come back by a new connection if only this node is in the way: a balancer sends it to another one. */
export function headersOfRefusal(reason: RefusalReason): Readonly<Record<string, string>> {
  return reason === 'clock' ? { Connection: 'close' } : {};
}

function answerRefused(ctx: Context, kind: RequestKind, reason: RefusalReason): void {
  ctx.set(headersOfRefusal(reason));
  const details = { ...(reason === 'full' && { page: 'overload' }), retryAfterSeconds: retryAfterSeconds(kind) };
  const error = new AppError('unavailable', sentenceOf(kind, reason), details);
  if (ctx.path === adminPath || ctx.path.startsWith(`${adminPath}/`)) {
    refuseInEnvelope(ctx, asRefusal(error) as Refusal);
    return;
  }
  answer(ctx, error);
}
