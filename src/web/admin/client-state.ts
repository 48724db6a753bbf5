/** The one state of a client that its tag shows. */
import type { ClientState } from '../../../views/admin/client-states.ts';
import type { Client } from '../../store/clients.ts';

export function clientState({ status, verified_at }: Pick<Client, 'status' | 'verified_at'>): ClientState {
  if (status === 'disabled') return 'disabled';
  return verified_at ? 'verified' : 'unchecked';
}
