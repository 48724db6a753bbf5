/**
 * Pushed authorization requests and replay marks. Each is found by a secret id, sealed as a whole, and used once where
 * the protocol says so. Any other model that the engine may store is handled the same way. Interactions are different,
 * see interactions.
 *
 *   The engine calls                  and the adapter
 *   find, findByUid                   reads it
 *   upsert                            stores it: a replay mark only once, and what clients of strangers push or mark up to a
 *                                     limit for each network
 *   consume                           notes the pushed request, which is used up with the statement that stores the code that
 *                                     follows; of others, nothing is consumed
 *   destroy                           deletes it
 *   revokeByGrantId                   does nothing: `end_grants` deletes what belongs to a grant
 */
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';
import { machineOf } from '../../policy/lockout.ts';
import {
  type ArtifactWrite,
  findArtifact,
  findArtifactByLookup,
  insertArtifact,
  insertOwnedArtifact,
  removeArtifact,
  type StoredArtifact,
  upsertArtifact,
} from '../../store/artifacts.ts';
import { type Sealer, sha256 } from '../../store/sealer.ts';
import { isStrangers } from '../current-client.ts';
import { AlreadyUsed } from '../patches/replay.ts';
import { requestContext } from '../request-context.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';

/** How long something is stored if the engine names no end. */
const maxLifetimeSeconds = 400 * 24 * 3600;

/**
 * How many pushed requests and replay marks one network may store for clients that anybody can have. A request expires after a
 * minute, and a mark after eleven at most.
 */
const maxOfStrangers = 200;

export function artifactAdapter(model: string, { db, sealer }: AdapterDeps): Adapter {
  return modelAdapter(model, {
    find: async (id) => openArtifact(sealer, model, await findArtifact(db, model, sha256(id))),
    findByUid: async (uid) => openArtifact(sealer, model, await findArtifactByLookup(db, model, sha256(uid))),
    async upsert(id, payload, expiresIn) {
      const ttlSeconds = Math.min(expiresIn ?? maxLifetimeSeconds, maxLifetimeSeconds);
      const artifact = sealArtifact(sealer, model, sha256(id), payload, ttlSeconds);
      const owner = strangerOf(model);
      const isMark = model === 'ReplayDetection';
      if (owner === undefined && !isMark) return upsertArtifact(db, artifact);
      const isFirst = await (owner === undefined
        ? insertArtifact(db, artifact)
        : insertOwnedArtifact(db, artifact, { owner, limit: maxOfStrangers }));
      if (isMark && !isFirst) throw new AlreadyUsed();
    },
    async consume(id) {
      if (model !== 'PushedAuthorizationRequest') throw new Error(`the engine uses up a ${model}`);
      requestContext().outcome.requestToSpend = sha256(id);
    },
    destroy: (id) => removeArtifact(db, model, sha256(id)),
    async revokeByGrantId() {},
  });
}

/**
 * Returns the network or browser whose rows are limited; undefined if this row is not. Marks of token requests need no limit: a person
 * has allowed something before each of them.
 */
function strangerOf(model: string): string | undefined {
  const { ctx } = Provider;
  const isCounted =
    model === 'PushedAuthorizationRequest' || (model === 'ReplayDetection' && ctx?.oidc.route !== 'token');
  if (!ctx || !isCounted || !isStrangers(ctx.oidc.client)) return undefined;
  // The endpoints for programs do not read the cookie of a browser.
  return requestContext().cache.caller ?? `network ${machineOf(ctx.ip)}`;
}

function openArtifact(sealer: Sealer, model: string, stored: StoredArtifact | undefined): AdapterPayload | undefined {
  if (!stored) return undefined;
  const opened = sealer.openIfKnown(stored.payload, model);
  if (!opened) return undefined;
  const payload = JSON.parse(opened.toString());
  return stored.consumed ? { ...payload, consumed: true } : payload;
}

function sealArtifact(
  sealer: Sealer,
  model: string,
  idHash: Buffer,
  payload: AdapterPayload,
  ttlSeconds: number,
): ArtifactWrite {
  const lookup = payload.uid as string | undefined;
  const login = (payload.result as { login?: { accountId?: string } } | undefined)?.login;
  return {
    model,
    idHash,
    payload: sealer.seal(JSON.stringify(payload), model),
    grantId: (payload.grantId as string | undefined) ?? null,
    accountId: login?.accountId ?? null,
    lookupHash: lookup === undefined ? null : sha256(lookup),
    expiresAt: Date.now() / 1000 + ttlSeconds,
  };
}
