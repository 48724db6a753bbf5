/**
 * Interactions: an authorization request while a person signs in and decides. A finished sign-in waits in it until the
 * browser comes back to the engine; it is none after a password reset, suspension or "sign out everywhere".
 */
import type { Adapter, AdapterPayload } from 'oidc-provider';
import {
  findArtifact,
  removeArtifact,
  type StoredArtifact,
  updateArtifact,
  upsertArtifact,
} from '../../store/artifacts.ts';
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
      const stored = await findArtifact(db, model, sha256(id));
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
      await (memo().interactions.has(id) ? updateArtifact(db, artifact) : upsertArtifact(db, artifact));
      memo().payloads.delete(`${model} ${id}`);
    },
    async destroy(id) {
      memo().payloads.delete(`${model} ${id}`);
      await removeArtifact(db, model, sha256(id));
    },
  });
}

function signInStands(interaction: AdapterPayload, { account }: StoredArtifact): boolean {
  const login = (interaction.result as { login?: Login } | undefined)?.login;
  if (!login) return true;
  if (!account || login.verifiedAt === undefined || login.verifiedAt < account.sessions_valid_from) return false;
  memo().accounts.set(account.id, account);
  memo().signIn = { accountId: account.id, verifiedAt: login.verifiedAt };
  return true;
}
