/** Makes an adapter from the calls that its model uses. Any other call is a bug of ours, and throws. */
import type { Adapter, AuthorizationDetail } from 'oidc-provider';
import type { GrantOwner } from '../../store/grants.ts';
import { engineDetails } from '../hooks/project-details.ts';

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

/** What the engine calls the projects of an authorization. The row of its grant has them, and nothing else. */
export function rarOf({ authorization_details: details }: Pick<GrantOwner, 'authorization_details'>): {
  rar?: AuthorizationDetail[];
} {
  return details ? { rar: engineDetails(details) } : {};
}

/** Converts a Date to whole epoch seconds, the engine's unit. */
export function epochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
