import type { Adapter, AdapterPayload } from 'oidc-provider';

/** The storage of a server, which is the only difference between bare and naive. */
export interface Storage {
  adapter(model: string): Adapter;
  addClient(client: AdapterPayload & { client_id: string }): Promise<void>;
  findPerson(by: 'id' | 'email', value: string): Promise<Person | undefined>;
  statements(): number;
}

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password_hash: string;
}
