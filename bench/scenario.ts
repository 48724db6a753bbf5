/** The data that all variants share: app, services, people and API. */
import { hash } from '@node-rs/argon2';

export const apiResource = 'https://api.vibecaas.com';
/** A resource with opaque tokens, for the engine's own introspection, which refuses JWTs. */
export const opaqueResource = 'https://opaque.vibecaas.com';
export const redirectUri = 'https://app.example/callback';
export const scope = 'projects:read';

/** Number of people. Each is used for one first authorization. */
export const people = 20_000;

export function emailOf(person: number): string {
  if (person > people) throw new Error('more first authorizations than people');
  return `person${person}@bench.example`;
}

/** Returns the hash for everybody, with the parameters of operations/passwords.ts. */
export function passwordHash(): Promise<string> {
  return hash('a password', { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}
