/**
 * Interactions: an authorization request while a person signs in and decides. Each belongs to the browser that began it
 * (see interaction-key). Before anybody has signed in the browser holds it (see held-request); it is stored when there is
 * something to keep. A finished sign-in waits in it until the browser comes back to the engine; it does not count after a
 * password reset, suspension or "sign out everywhere".
 *
 *   The engine calls     and here
 *   find, for a page     reads it
 *   find, to resume it   takes it, so that of two requests one goes on; the engine has one call for both
 *   upsert               has the browser hold it, or stores it; what has ended in between does not come back
 *   destroy              deletes it; one that was taken is left to web/oauth/interaction-redirects
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

/** How many one account, one known browser or one network of strangers may have open; the oldest make room. */
const maxOpen = 200;

/** What signing in leaves in an interaction: besides the engine's fields, when the password was verified (epoch s). */
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

/** From now on no other request finds it; web/oauth/interaction-redirects ends or releases it. */
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
    if (!stored.account || !signInStands(login, stored.account)) return undefined;
    noteSignIn(login, stored.account);
  }
  requestContext().cache.interactions.add(id);
  return keep(id, payload);
}

async function save(
  { db, sealer }: AdapterDeps,
  id: string,
  payload: AdapterPayload,
  expiresInSeconds: number,
): Promise<void> {
  const key = interactionKey(id);
  if (!key) throw new Error('an interaction of no browser');
  // The session's id is a secret that nobody asks of an interaction again.
  const { cookie: _, ...session } = (payload.session ?? {}) as Record<string, unknown>;
  const kept = { ...payload, ...(payload.session ? { session } : {}) } as AdapterPayload;
  const { cache, outcome } = requestContext();
  cache.payloads.delete(`${model} ${id}`);
  if (isFirst(kept) && holdRequest(sealer, id, kept, expiresInSeconds)) return;
  const artifact = sealArtifact(sealer, model, key, kept, expiresInSeconds);
  // One that was read and has ended meanwhile must not come back.
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

function signInStands(login: Login, account: AccountFacts): login is Required<Login> {
  return login.verifiedAt !== undefined && login.verifiedAt >= account.sessions_valid_from;
}

/** A session that the engine saves in this request is of this sign-in, see sessions. */
function noteSignIn({ verifiedAt }: Required<Login>, account: AccountFacts): void {
  const { cache, outcome } = requestContext();
  cache.accounts.set(account.id, account);
  outcome.signIn = { accountId: account.id, verifiedAt };
}
