/**
 * Interactions, pushed authorization requests, device codes, replay marks and registration tokens: found by a secret id,
 * sealed as a whole, used once where the protocol says so.
 */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { findActiveAccount } from '../../store/account-facts.ts';
import {
  consumeArtifact,
  findArtifact,
  findArtifactByLookup,
  insertArtifact,
  removeArtifact,
  type StoredArtifact,
  upsertArtifact,
} from '../../store/artifacts.ts';
import { sha256 } from '../../store/vault.ts';
import { memo } from '../memo.ts';
import type { AdapterDeps } from './index.ts';
import { modelAdapter } from './model-adapter.ts';

/** A registration token has no expiry of its own; its row stays as long as any row may. */
const longest = 400 * 24 * 3600;

export function artifactAdapter(model: string, { db, vault }: AdapterDeps): Adapter {
  const open = (stored: StoredArtifact | undefined): AdapterPayload | undefined => {
    if (!stored) return undefined;
    const payload = JSON.parse(vault.open(stored.payload, model).toString());
    return stored.consumed ? { ...payload, consumed: true } : payload;
  };
  return modelAdapter(model, {
    async find(id) {
      const payload = open(await findArtifact(db, model, sha256(id)));
      if (model === 'Interaction' && payload && !(await signInStands(payload))) return undefined;
      return payload;
    },
    findByUid: async (uid) => open(await findArtifactByLookup(db, model, sha256(uid))),
    findByUserCode: async (userCode) => open(await findArtifactByLookup(db, model, sha256(userCode))),
    async upsert(id, payload, expiresIn) {
      const lookup = (payload.userCode ?? payload.uid) as string | undefined;
      const artifact = {
        model,
        idHash: sha256(id),
        payload: vault.seal(JSON.stringify(payload), model),
        grantId: (payload.grantId as string | undefined) ?? null,
        lookupHash: lookup === undefined ? null : sha256(lookup),
        expiresAt: Date.now() / 1000 + (expiresIn ?? longest),
      };
      if (model !== 'ReplayDetection') return upsertArtifact(db, artifact);
      if (!(await insertArtifact(db, artifact))) throw new errors.InvalidRequest('this assertion was used before');
    },
    async consume(id) {
      if (await consumeArtifact(db, model, sha256(id))) return;
      if (model === 'PushedAuthorizationRequest') throw new errors.InvalidRequestUri('request_uri was already used');
      throw new errors.InvalidGrant(`${model} was already used`);
    },
    destroy: (id) => removeArtifact(db, model, sha256(id)),
    // What hangs on a grant goes with it, see end_grants.
    async revokeByGrantId() {},
  });

  /** A finished sign-in that waits in an interaction is none after a password reset, suspension or "sign out everywhere". */
  async function signInStands(interaction: AdapterPayload): Promise<boolean> {
    const login = interaction.result?.login as { accountId: string; verifiedAt?: number } | undefined;
    if (!login) return true;
    const account = await findActiveAccount(db, login.accountId);
    if (!account || login.verifiedAt === undefined || login.verifiedAt < account.sessions_valid_from) return false;
    memo().accounts.set(account.id, account);
    memo().signIn = { accountId: account.id, verifiedAt: login.verifiedAt };
    return true;
  }
}
