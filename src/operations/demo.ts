/** The demo account and apps, on an embedded database with a localhost issuer only. */
import { maxRedirectUris } from '../policy/redirect-uris.ts';
import { findAccountByEmail } from '../store/accounts.ts';
import { findClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { createAccount } from './accounts.ts';
import { verifyClient } from './client-review.ts';
import { createClient, rotateSecret, updateClient } from './clients.ts';
import type { Passwords } from './passwords.ts';

export const demo = {
  email: 'demo@vibecaas.localhost',
  password: 'demo-password-change-me',
  client: 'demo-app',
  gateway: 'demo-gateway',
  cli: 'demo-cli',
} as const;

const actor = { id: 'system' };
const verified = 'Part of the demo data';

/** Makes what is missing. Returns the gateway's secret, which is made anew at each start since only its hash is kept. */
export async function ensureDemoData(
  db: Db,
  passwords: Passwords,
  { issuer, apiResource }: { issuer: string; apiResource: string },
): Promise<{ gatewaySecret: string }> {
  if (!(await findAccountByEmail(db, demo.email))) {
    await createAccount(db, passwords, { email: demo.email, name: 'Demo Account', password: demo.password }, actor);
  }
  await ensureDemoApp(db, `${issuer}/playground/callback`);
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
    await verifyClient(db, demo.cli, actor, verified);
  }
  const known = await findClient(db, demo.gateway);
  if (known) {
    // A gateway, or another server on the same database, goes on with the secret that it was given before.
    const { clientSecret } = await rotateSecret(db, demo.gateway, { keepOldForDays: 1 }, actor);
    return { gatewaySecret: clientSecret };
  }
  const { clientSecret } = await createClient(
    db,
    { client_id: demo.gateway, client_name: 'Demo Gateway', type: 'service', gateway_resource: apiResource },
    actor,
  );
  return { gatewaySecret: clientSecret as string };
}

/** The issuer is another one when the server was started on another port: the app comes back there too. */
async function ensureDemoApp(db: Db, redirectUri: string): Promise<void> {
  const known = await findClient(db, demo.client);
  if (known?.redirect_uris.includes(redirectUri)) return;
  if (known) {
    const redirectUris = [redirectUri, ...known.redirect_uris].slice(0, maxRedirectUris);
    await updateClient(db, demo.client, { redirect_uris: redirectUris }, actor);
    // A moved redirect URI takes the mark away; this one is ours. What an admin has taken away stays so.
    if (known.verified_at && known.status === 'active') await verifyClient(db, demo.client, actor, verified);
    return;
  }
  await createClient(
    db,
    {
      client_id: demo.client,
      client_name: 'Demo Notes',
      client_uri: 'https://demo-notes.example',
      owner_name: 'Example Company Ltd',
      type: 'spa',
      redirect_uris: [redirectUri],
      default_scope: 'projects:read',
      optional_scope: 'analytics:read ai:generate',
    },
    actor,
  );
  await verifyClient(db, demo.client, actor, verified);
}
