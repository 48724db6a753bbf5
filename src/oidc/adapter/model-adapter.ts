/** Makes an adapter from the calls that its model uses. Any other call is a bug of ours, and throws. */
import type { Adapter } from 'oidc-provider';

export function modelAdapter(model: string, calls: Partial<Adapter>): Adapter {
  const refuse = (call: string) => async (): Promise<never> => {
    throw new Error(`the engine called ${call} on ${model}, which does not have it`);
  };
  return {
    find: refuse('find'),
    findByUid: refuse('findByUid'),
    findByUserCode: refuse('findByUserCode'),
    upsert: refuse('upsert'),
    consume: refuse('consume'),
    destroy: refuse('destroy'),
    revokeByGrantId: refuse('revokeByGrantId'),
    ...calls,
  };
}

/** Converts a Date to whole epoch seconds, the engine's unit. */
export function epochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
