/** One person's walk through the playground: the state of the demo app after the steps taken so far. */
import { type Attempt, newAttempt } from '../../flow-demo/authorization.ts';

export const stepNames = ['ask', 'answer', 'exchange', 'call', 'refresh', 'revoke', 'refused'] as const;
export type StepName = (typeof stepNames)[number];

/** One request as it went over the wire, and its response. */
export interface Recorded {
  readonly request: string;
  readonly response: string;
  readonly status: string;
  readonly ok: boolean;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

/** A step that was taken. */
export interface Taken {
  readonly outcome: string;
  /** Whether the step went as expected: the last step is expected to be refused. */
  readonly expected: boolean;
  readonly exchange: Recorded;
  /** The same request as a command for a shell. */
  readonly curl?: string;
  /** The token to show decoded. */
  readonly accessToken?: string;
}

export interface Walk extends Attempt {
  /** Epoch milliseconds. */
  readonly askedAt: number;
  code?: string;
  accessToken?: string;
  refreshToken?: string;
  /** What the person allowed, known once there is a token. */
  scope?: string;
  readonly taken: Partial<Record<StepName, Taken>>;
}

export function newWalk(now: number): Walk {
  return { ...newAttempt(), askedAt: now, taken: {} };
}

/** The step that was taken last. */
export function lastTaken(walk: Walk): StepName | undefined {
  return stepNames.findLast((name) => walk.taken[name]);
}

/** The step that comes next; undefined before the person has answered, after a failed step, and at the end. */
export function nextStep(walk: Walk): StepName | undefined {
  const last = lastTaken(walk);
  if (!last || !walk.taken[last]?.expected) return undefined;
  return stepNames[stepNames.indexOf(last) + 1];
}
