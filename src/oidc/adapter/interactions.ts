/**
 * Interactions: an authorization request while a person signs in and decides. Each belongs to the browser that began it
 * (see interaction-key). Before anybody has signed in the browser holds it (see held-request); it is stored when there is
 * something to keep. A finished sign-in waits in it until the browser comes back to the engine; it does not count after a
 * password reset, suspension or "sign out everywhere". One request resumes it: where the engine reads it in order to go on,
 * reading takes it, and web/oauth/interaction-redirects ends or releases it.
 */
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';
import {
  findArtifact,
  insertOwnedArtifact,
  removeArtifact,
  type StoredArtifact,
  updateArtifact,
} from '../../store/artifacts.ts';
import { takeInteraction } from '../../store/interactions.ts';
import { holdRequest, openHeldRequest } from '../held-request.ts';
import { interactionKey } from '../interaction-key.ts';
import { requestContext } from '../request-context.ts';
import { openArtifact, sealArtifact } from './artifacts.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';

const model = 'Interaction';

/** How many one account, one known browser or one network of strangers may have open; the oldest make room. */
const maxOpen = 200;

/** What signing in leaves in an interaction: besides the engine's fields, when the password was verified (epoch s). */
type Login = { accountId: string; verifiedAt?: number };

export function interactionAdapter({ db, sealer }: AdapterDeps): Adapter {
  return modelAdapter(model, {
    async find(id) {
      const known = requestContext().cache.payloads.get(`${model} ${id}`);
      if (known) return structuredClone(known) as AdapterPayload;
      const key = interactionKey(id);
      if (!key) return undefined;
      const held = isResuming() ? undefined : openHeldRequest(sealer, id);
      if (held) return keep(id, held);
      const stored = isResuming() ? await take(id, key) : await findArtifact(db, model, key);
      if (stored?.consumed) return undefined;
      const payload = openArtifact(sealer, model, stored);
      if (!stored || !payload || !signInStands(payload, stored)) return undefined;
      requestContext().cache.interactions.add(id);
      return keep(id, payload);
    },
    async upsert(id, payload, expiresIn) {
      const key = interactionKey(id);
      if (!key) throw new Error('an interaction of no browser');
      // The session's id is a secret that nobody asks of an interaction again.
      const { cookie: _, ...session } = (payload.session ?? {}) as Record<string, unknown>;
      const kept = { ...payload, ...(payload.session ? { session } : {}) } as AdapterPayload;
      const { cache, outcome } = requestContext();
      const { interactions, payloads } = cache;
      const { resumed } = outcome;
      payloads.delete(`${model} ${id}`);
      if (isFirst(kept) && holdRequest(sealer, id, kept, expiresIn as number)) return;
      const artifact = sealArtifact(sealer, model, key, kept, expiresIn as number);
      // One that was read and has ended meanwhile must not come back.
      if (interactions.has(id)) await updateArtifact(db, artifact, { own: resumed?.id === id });
      else await insertOwnedArtifact(db, artifact, { owner: ownerOf(kept), limit: maxOpen });
    },
    async destroy(id) {
      const { cache, outcome } = requestContext();
      const { payloads } = cache;
      const { resumed } = outcome;
      const key = interactionKey(id);
      payloads.delete(`${model} ${id}`);
      if (resumed?.id === id) resumed.over = true;
      else if (key) await removeArtifact(db, model, key);
    },
  });

  async function take(id: string, key: Buffer): Promise<StoredArtifact | undefined> {
    const taken = await takeInteraction(db, key);
    if (taken) requestContext().outcome.resumed = { id, over: false };
    return taken;
  }
}

function keep(id: string, payload: AdapterPayload): AdapterPayload {
  requestContext().cache.payloads.set(`${model} ${id}`, payload);
  return structuredClone(payload);
}

/** The browser has come back to the engine; pages of ours, which only look, are no request of the engine's. */
function isResuming(): boolean {
  return Provider.ctx?.oidc.route === 'resume';
}

/** An authorization request that has just come, from a browser where nobody is signed in. */
function isFirst({ session, result }: AdapterPayload): boolean {
  return Provider.ctx?.oidc.route === 'authorization' && session === undefined && result === undefined;
}

function loginOf({ result }: AdapterPayload): Login | undefined {
  return (result as { login?: Login } | undefined)?.login;
}

function ownerOf(interaction: AdapterPayload): string {
  const { accountId } = { ...(interaction.session as { accountId?: string } | undefined), ...loginOf(interaction) };
  return accountId ? `account ${accountId}` : (requestContext().cache.caller ?? 'nobody');
}

function signInStands(interaction: AdapterPayload, { account }: StoredArtifact): boolean {
  const login = loginOf(interaction);
  if (!login) return true;
  if (!account || login.verifiedAt === undefined || login.verifiedAt < account.sessions_valid_from) return false;
  requestContext().cache.accounts.set(account.id, account);
  requestContext().outcome.signIn = { accountId: account.id, verifiedAt: login.verifiedAt };
  return true;
}
