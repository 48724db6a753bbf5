/** Answers polls (RFC 8936): what the receiver has not acknowledged, as signed tokens. */
import type { Polled } from '../../../operations/next-signals.ts';
import { type SignDeps, signSignals } from '../../../operations/signal-sets.ts';

interface PollAnswer {
  readonly sets: Readonly<Record<string, string>>;
  readonly moreAvailable?: true;
}

export async function pollAnswer({ stream, signals, moreAvailable }: Polled, deps: SignDeps): Promise<PollAnswer> {
  const signed = await signSignals(deps, stream, signals);
  const sets = Object.fromEntries(signed.map(({ jti, set }) => [jti, set]));
  return { sets, ...(moreAvailable && { moreAvailable }) };
}

/** Returns what the ids of SETs name in this stream; others are ignored. */
export function keysIn(streamId: string, ids: readonly string[]): ReadonlySet<string> {
  const prefix = `${streamId}.`;
  return new Set(ids.filter((jti) => jti.startsWith(prefix)).map((jti) => jti.slice(prefix.length)));
}
