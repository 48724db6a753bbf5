/** The demo account and apps, on an embedded database with a localhost issuer only. */
import { findAccountByEmail } from '../store/accounts.ts';
import { findClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { createAccount } from './accounts.ts';
import { createClient, rotateSecret, setVerified } from './clients.ts';
import type { Passwords } from './passwords.ts';

export const demo = {
  email: 'demo@vibecaas.localhost',
  password: 'demo-password-change-me',
  client: 'demo-app',
  gateway: 'demo-gateway',
  cli: 'demo-cli',
} as const;

const actor = { id: 'system' };

/** Makes what is missing. Returns the gateway's secret, which is made anew at each start since only its hash is kept. */
export async function ensureDemoData(
  db: Db,
  passwords: Passwords,
  { issuer, apiResource }: { issuer: string; apiResource: string },
): Promise<{ gatewaySecret: string }> {
  if (!(await findAccountByEmail(db, demo.email))) {
    await createAccount(db, passwords, { email: demo.email, name: 'Demo Account', password: demo.password }, actor);
  }
  if (!(await findClient(db, demo.client))) {
    await createClient(
      db,
      {
        client_id: demo.client,
        client_name: 'Demo Notes',
        client_uri: 'https://demo-notes.example',
        owner_name: 'Example Company Ltd',
        type: 'spa',
        redirect_uris: [`${issuer}/playground/callback`],
        default_scope: 'projects:read',
        optional_scope: 'analytics:read ai:generate',
      },
      actor,
    );
    await setVerified(db, demo.client, true, actor);
  }
  if (!(await findClient(db, demo.cli))) {
    await createClient(
      db,
      {
        client_id: demo.cli,
        client_name: 'Demo Command Line',
        client_uri: 'https://demo-cli.example',
        owner_name: 'Example Company Ltd',
        type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        default_scope: 'projects:read',
      },
      actor,
    );
    await setVerified(db, demo.cli, true, actor);
  }
  const known = await findClient(db, demo.gateway);
  if (known) return { gatewaySecret: (await rotateSecret(db, demo.gateway, {}, actor)).clientSecret };
  const { clientSecret } = await createClient(
    db,
    { client_id: demo.gateway, client_name: 'Demo Gateway', type: 'service', gateway_resource: apiResource },
    actor,
  );
  return { gatewaySecret: clientSecret as string };
}
