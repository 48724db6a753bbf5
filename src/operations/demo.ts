/** The demo account and apps. They exist only on an embedded database with a localhost issuer. */
import { maxRedirectUris } from '../policy/client/redirect-uris.ts';
import { demo } from '../policy/demo.ts';
import { deviceGrantType } from '../policy/device-codes.ts';
import { formatSecret, lastFour } from '../policy/token-format.ts';
import { strictRules } from '../policy/webhook-urls.ts';
import { findAccountByEmail } from '../store/accounts.ts';
import { insertClientSecret, removeClientSecret, retireClientSecrets } from '../store/client-secrets.ts';
import { findClient, findClientForEngine, lockClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { type Sealer, sha256 } from '../store/sealer.ts';
import { createAccount } from './accounts.ts';
import { recordClient } from './client-record.ts';
import { verifyClient } from './client-review.ts';
import { createClient, updateClient } from './clients.ts';
import type { Passwords } from './passwords.ts';

const actor = { id: 'system' };
const verified = 'Part of the demo data';
const keepOldSecretSeconds = 86_400;
/** There is demo data only on a developer's own machine. */
const local = { outbound: { ...strictRules, local: true } };

/** Creates the demo data that is missing. */
export async function ensureDemoData(
  db: Db,
  { passwords, sealer }: { passwords: Passwords; sealer: Sealer },
  { issuer, apiResource }: { issuer: string; apiResource: string },
): Promise<{ gatewaySecret: string }> {
  if (!(await findAccountByEmail(db, demo.email))) {
    await createAccount(db, passwords, { email: demo.email, name: 'Demo Account', password: demo.password }, actor);
  }
  await ensureDemoApp(db, `${issuer}/playground/callback`);
  const cli = await findClient(db, demo.cli);
  if (cli && !cli.grant_types.includes(deviceGrantType)) {
    await updateClient(db, demo.cli, { grant_types: [...cli.grant_types, deviceGrantType] }, actor, local);
  }
  if (!cli) {
    await createClient(
      db,
      {
        client_id: demo.cli,
        client_name: 'Demo Command Line',
        client_uri: 'https://demo-cli.example',
        owner_name: 'Example Company Ltd',
        type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token', deviceGrantType],
        default_scope: 'projects:read',
      },
      actor,
    );
    await verifyClient(db, demo.cli, actor, verified);
  }
  if (!(await findClient(db, demo.gateway))) {
    await createClient(
      db,
      { client_id: demo.gateway, client_name: 'Demo Gateway', type: 'service', gateway_resource: apiResource },
      actor,
    );
  }
  return { gatewaySecret: await ensureGatewaySecret(db, sealer) };
}

/** The secret is derived from SECRETS, so that a gateway can keep using it across restarts of the server. */
async function ensureGatewaySecret(db: Db, sealer: Sealer): Promise<string> {
  const secret = formatSecret('vcs_cs_', sealer.mac('demo client secret', demo.gateway).toString('base64url'));
  const hash = sha256(secret);
  await db.transaction(async (trx) => {
    await lockClient(trx, demo.gateway);
    const client = await findClientForEngine(trx, demo.gateway);
    const existing = client?.secrets.find((one) => one.hash === hash.toString('hex'));
    if (existing?.expires_at === null) return;
    if (existing) await removeClientSecret(trx, demo.gateway, existing.id);
    await retireClientSecrets(trx, demo.gateway, keepOldSecretSeconds);
    await insertClientSecret(trx, demo.gateway, { secretHash: hash, lastFour: lastFour(secret) });
    await recordClient(trx, actor, 'client.secret_rotated', demo.gateway, { keep_old_for_days: 1 });
  });
  return secret;
}

/** The issuer changes with the port, so the redirect URI of the current one is added. */
async function ensureDemoApp(db: Db, redirectUri: string): Promise<void> {
  const existing = await findClient(db, demo.client);
  if (existing?.redirect_uris.includes(redirectUri)) return;
  if (existing) {
    const redirectUris = [redirectUri, ...existing.redirect_uris].slice(0, maxRedirectUris);
    await updateClient(db, demo.client, { redirect_uris: redirectUris }, actor, local);
    // A new redirect URI reopens the review. This one is ours, so the app is verified again, unless an admin revoked that.
    if (existing.verified_at && existing.status === 'active') await verifyClient(db, demo.client, actor, verified);
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
