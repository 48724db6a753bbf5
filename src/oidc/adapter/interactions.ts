/**
 * Interactions: an authorization request while a person signs in and decides. A finished sign-in waits in it until the
 * browser comes back to the engine; it is none after a password reset, suspension or "sign out everywhere". One request
 * resumes it: where the engine reads it in order to go on, reading takes it, and web/answers ends or releases it.
 */
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';
import {
  findArtifact,
  removeArtifact,
  type StoredArtifact,
  updateArtifact,
  upsertArtifact,
} from '../../store/artifacts.ts';
import { takeInteraction } from '../../store/interactions.ts';
import { sha256 } from '../../store/vault.ts';
import { memo } from '../memo.ts';
import { openArtifact, sealArtifact } from './artifacts.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';

const model = 'Interaction';

/** What signing in leaves in an interaction: besides the engine's fields, when the password was verified (epoch s). */
type Login = { accountId: string; verifiedAt?: number };

export function interactionAdapter({ db, vault }: AdapterDeps): Adapter {
  return modelAdapter(model, {
    async find(id) {
      const known = memo().payloads.get(`${model} ${id}`);
      if (known) return structuredClone(known) as AdapterPayload;
      const stored = isResuming() ? await take(id) : await findArtifact(db, model, sha256(id));
      if (stored?.consumed) return undefined;
      const payload = openArtifact(vault, model, stored);
      if (!stored || !payload || !signInStands(payload, stored)) return undefined;
      memo().interactions.add(id);
      memo().payloads.set(`${model} ${id}`, payload);
      return structuredClone(payload);
    },
    async upsert(id, payload, expiresIn) {
      // The session's id is a secret that nobody asks of an interaction again.
      const { cookie: _, ...session } = (payload.session ?? {}) as Record<string, unknown>;
      const kept = { ...payload, ...(payload.session ? { session } : {}) } as AdapterPayload;
      const artifact = sealArtifact(vault, model, id, kept, expiresIn as number);
      // One that was read and has ended meanwhile must not come back.
      const { interactions, resumed } = memo();
      if (interactions.has(id)) await updateArtifact(db, artifact, { own: resumed?.id === id });
      else await upsertArtifact(db, artifact);
      memo().payloads.delete(`${model} ${id}`);
    },
    async destroy(id) {
      const { payloads, resumed } = memo();
      payloads.delete(`${model} ${id}`);
      if (resumed?.id === id) resumed.over = true;
      else await removeArtifact(db, model, sha256(id));
    },
  });

  async function take(id: string): Promise<StoredArtifact | undefined> {
    const taken = await takeInteraction(db, sha256(id));
    if (taken) memo().resumed = { id, over: false };
    return taken;
  }
}

/** The browser has come back to the engine; pages of ours, which only look, are no request of the engine's. */
function isResuming(): boolean {
  return Provider.ctx?.oidc.route === 'resume';
}

function signInStands(interaction: AdapterPayload, { account }: StoredArtifact): boolean {
  const login = (interaction.result as { login?: Login } | undefined)?.login;
  if (!login) return true;
  if (!account || login.verifiedAt === undefined || login.verifiedAt < account.sessions_valid_from) return false;
  memo().accounts.set(account.id, account);
  memo().signIn = { accountId: account.id, verifiedAt: login.verifiedAt };
  return true;
}
