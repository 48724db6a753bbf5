/** An adapter from the calls that its model really gets; any other call is a fault of ours and says so. */
import type { Adapter } from 'oidc-provider';

export function modelAdapter(model: string, calls: Partial<Adapter>): Adapter {
  const refuse = (call: string) => async (): Promise<never> => {
    throw new Error(`the engine called ${call} on ${model}, which has none here`);
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

/** Epoch seconds of a Date, as the engine counts. */
export function epochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
