/**
 * Interactions: an authorization request while a person signs in and decides. Each belongs to the browser that began it
 * (see interaction-key). Until somebody has signed in, the browser holds it (see held-request); after that it is stored.
 * A completed sign-in stays in it until the browser returns to the engine. That sign-in becomes invalid with a password
 * reset, a suspension or "sign out everywhere".
 *
 *   The engine calls     and the adapter
 *   find, for a page     reads it
 *   find, to resume it   takes it, so that only one of two requests continues; the engine has one call for both
 *   upsert               makes the browser hold it, or stores it; does not restore one that has ended meanwhile
 *   destroy              deletes it, except one that was taken: web/oauth/interaction-redirects ends that
 */
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';
import type { AccountFacts } from '../../store/account-facts.ts';
import {
  findArtifact,
  insertOwnedArtifact,
  removeArtifact,
  type StoredArtifact,
  updateArtifact,
} from '../../store/artifacts.ts';
import { takeInteraction } from '../../store/interactions.ts';
import type { Sealer } from '../../store/sealer.ts';
import { holdRequest, openHeldRequest } from '../held-request.ts';
import { interactionKey } from '../interaction-key.ts';
import { requestContext } from '../request-context.ts';
import { openArtifact, sealArtifact } from './artifacts.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';

const model = 'Interaction';

/**
 * How many interactions one account, one known browser or one network of strangers may have open. The oldest are
 * deleted to make room.
 */
const maxOpen = 200;

/**
 * The part of an interaction that a sign-in adds: the engine's fields, and when the password was verified (epoch
 * seconds).
 */
type Login = { accountId: string; verifiedAt?: number };

export function interactionAdapter(deps: AdapterDeps): Adapter {
  return modelAdapter(model, {
    async find(id) {
      const known = requestContext().cache.payloads.get(`${model} ${id}`);
      if (known) return structuredClone(known) as AdapterPayload;
      const key = interactionKey(id);
      if (!key) return undefined;
      return isResuming() ? takeToResume(deps, id, key) : read(deps, id, key);
    },
    upsert: (id, payload, expiresIn) => save(deps, id, payload, expiresIn as number),
    destroy: (id) => end(deps, id),
  });
}

async function read({ db, sealer }: AdapterDeps, id: string, key: Buffer): Promise<AdapterPayload | undefined> {
  const held = openHeldRequest(sealer, id);
  if (held) return keep(id, held);
  const stored = await findArtifact(db, model, key);
  return stored?.consumed ? undefined : open(sealer, id, stored);
}

/** Afterwards no other request finds the interaction. web/oauth/interaction-redirects ends or releases it. */
async function takeToResume({ db, sealer }: AdapterDeps, id: string, key: Buffer): Promise<AdapterPayload | undefined> {
  const taken = await takeInteraction(db, key);
  if (taken) requestContext().outcome.resumed = { id, over: false };
  return open(sealer, id, taken);
}

function open(sealer: Sealer, id: string, stored: StoredArtifact | undefined): AdapterPayload | undefined {
  const payload = openArtifact(sealer, model, stored);
  if (!stored || !payload) return undefined;
  const login = loginOf(payload);
  if (login) {
    if (!stored.account || !signInIsValid(login, stored.account)) return undefined;
    noteSignIn(login, stored.account);
  }
  requestContext().cache.interactions.add(id);
  return keep(id, payload);
}

async function save(
  { db, sealer }: AdapterDeps,
  id: string,
  payload: AdapterPayload,
  ttlSeconds: number,
): Promise<void> {
  const key = interactionKey(id);
  if (!key) throw new Error('an interaction without a browser');
  // The session's id is a secret, and nothing reads it from an interaction.
  const { cookie: _, ...session } = (payload.session ?? {}) as Record<string, unknown>;
  const kept = { ...payload, ...(payload.session ? { session } : {}) } as AdapterPayload;
  const { cache, outcome } = requestContext();
  cache.payloads.delete(`${model} ${id}`);
  if (isFirst(kept) && holdRequest(sealer, id, kept, ttlSeconds)) return;
  const artifact = sealArtifact(sealer, model, key, kept, ttlSeconds);
  // An interaction that was read and has ended meanwhile must not be restored.
  if (cache.interactions.has(id)) await updateArtifact(db, artifact, { own: outcome.resumed?.id === id });
  else await insertOwnedArtifact(db, artifact, { owner: ownerOf(kept), limit: maxOpen });
}

async function end({ db }: AdapterDeps, id: string): Promise<void> {
  const { cache, outcome } = requestContext();
  const key = interactionKey(id);
  cache.payloads.delete(`${model} ${id}`);
  if (outcome.resumed?.id === id) outcome.resumed.over = true;
  else if (key) await removeArtifact(db, model, key);
}

function keep(id: string, payload: AdapterPayload): AdapterPayload {
  requestContext().cache.payloads.set(`${model} ${id}`, payload);
  return structuredClone(payload);
}

/**
 * Whether the browser has returned to the engine. Our own pages only read the interaction, and are not a request to the
 * engine.
 */
function isResuming(): boolean {
  return Provider.ctx?.oidc.route === 'resume';
}

/** Whether this is a new authorization request, from a browser where nobody is signed in. */
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

function signInIsValid(login: Login, account: AccountFacts): login is Required<Login> {
  return login.verifiedAt !== undefined && login.verifiedAt >= account.sessions_valid_from;
}

/** Notes the sign-in for the session that the engine saves in this request, see sessions. */
function noteSignIn({ verifiedAt }: Required<Login>, account: AccountFacts): void {
  const { cache, outcome } = requestContext();
  cache.accounts.set(account.id, account);
  outcome.signIn = { accountId: account.id, verifiedAt };
}
