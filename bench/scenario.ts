/** What all variants are set up with: the same app, machines, people and API. */
import { hash } from '@node-rs/argon2';

export const apiResource = 'https://api.vibecaas.com';
/** For the engine's own introspection, which refuses JWTs: a resource whose tokens are opaque. */
export const opaqueResource = 'https://opaque.vibecaas.com';
export const redirectUri = 'https://app.example/callback';
export const scope = 'projects:read';

/** People, each used for one first authorization. */
export const people = 6_000;

export function emailOf(person: number): string {
  if (person > people) throw new Error('more first authorizations than people');
  return `person${person}@bench.example`;
}

/** One hash for everybody, with the parameters of operations/passwords. */
export function passwordHash(): Promise<string> {
  return hash('a password', { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}
