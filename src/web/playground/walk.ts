/** One person's walk through the playground, kept in memory for an hour: it is the demo app's own state. */
import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Exchange } from '../../../views/playground.ts';

export const stepNames = ['ask', 'answer', 'exchange', 'call', 'refresh', 'revoke', 'refused'] as const;
export type StepName = (typeof stepNames)[number];

export interface Taken {
  readonly outcome: string;
  /** Whether it went as it should: for the last step, being refused. */
  readonly expected: boolean;
  readonly exchange: Exchange;
  readonly lead?: string;
  readonly accessToken?: string;
}

export interface Walk {
  readonly state: string;
  readonly verifier: string;
  readonly challenge: string;
  code?: string;
  accessToken?: string;
  refreshToken?: string;
  readonly taken: Partial<Record<StepName, Taken>>;
}

export const walks = new LRUCache<string, Walk>({ max: 500, ttl: 3_600_000 });

export function newWalk(): Walk {
  const verifier = randomBytes(32).toString('base64url');
  return {
    state: randomBytes(16).toString('base64url'),
    verifier,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    taken: {},
  };
}
