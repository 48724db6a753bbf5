/** The data in the database of every test server: one person, the clients that most tests use, and the signing keys. */
import { createAccount } from '../../src/operations/accounts.ts';
import { createClient } from '../../src/operations/clients.ts';
import { createPasswords, type Passwords } from '../../src/operations/passwords.ts';
import { loadOrCreateKeyRing } from '../../src/operations/signing-keys.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { bindSecrets } from '../../src/store/secrets.ts';
import { patientTimeouts } from './patient-timeouts.ts';

export const password = 'correct horse battery staple';
/** The default SECRETS of test servers. */
export const testSecret = 'a test secret that is long enough to be one';
export const apiResource = 'https://api.vibecaas.com';
export const redirectUri = 'https://app.example/callback';
const actor = { id: 'test' };

const { hash, ...others } = createPasswords({ maxWaitMs: 600_000 });
const hashes = new Map<string, Promise<string>>();
/** Hashes each password once in a process: a hash is slow by design, and tests add hundreds of people. */
export const passwords: Passwords = {
  ...others,
  hash(text) {
    const known = hashes.get(text) ?? hash(text);
    hashes.set(text, known);
    return known;
  },
};

export interface Standard {
  readonly person: { readonly id: string; readonly email: string };
  /** The secrets of confidential clients, by client id. */
  readonly secrets: Readonly<Record<string, string>>;
}

export async function addPerson(db: Database, email: string): Promise<Standard['person']> {
  const { id } = await createAccount(db, passwords, { email, name: 'Test Person', password }, actor);
  return { id, email };
}

/** Adds the person and the clients. */
export async function addStandard(db: Database): Promise<Standard> {
  const person = await addPerson(db, 'person@example.com');
  return { person, secrets: await addClients(db) };
}

/** Adds them to the database at `url`, with signing keys that are sealed with the test secret. */
export async function fillTemplate(url: string): Promise<Standard> {
  const db = openDatabase({ url, poolSize: 2, timeouts: patientTimeouts });
  const sealer = createSealer([testSecret]);
  await bindSecrets(db, sealer);
  await loadOrCreateKeyRing(db, sealer);
  const standard = await addStandard(db);
  await db.close();
  return standard;
}

async function addClients(db: Database): Promise<Record<string, string>> {
  const common = { client_uri: 'https://app.example', redirect_uris: [redirectUri] };
  const clients = [
    { ...common, client_id: 'spa', client_name: 'Notes', type: 'spa', default_scope: 'projects:read' },
    { ...common, client_id: 'other', client_name: 'Other', type: 'spa' },
    { ...common, client_id: 'picky', client_name: 'Picky', type: 'spa', optional_scope: 'analytics:read ai:generate' },
    { ...common, client_id: 'web', client_name: 'Web', type: 'web' },
    { client_id: 'native', client_name: 'Native', type: 'native', redirect_uris: ['http://127.0.0.1/callback'] },
    { client_id: 'service', client_name: 'Service', type: 'service' },
    { client_id: 'gateway', client_name: 'Gateway', type: 'service', gateway_resource: apiResource },
    {
      client_id: 'foreign-gateway',
      client_name: 'Foreign gateway',
      type: 'service',
      gateway_resource: 'https://other.example',
    },
  ] as const;
  const secrets: Record<string, string> = {};
  for (const client of clients) {
    const { clientSecret } = await createClient(db, { ...client } as never, actor);
    if (clientSecret) secrets[client.client_id] = clientSecret;
  }
  return secrets;
}
