/**
 * Interactions: an authorization request while a person signs in and decides. Each belongs to the browser that began it
 * (see interaction-key). Until somebody has signed in, the browser holds it (see held-request); after that it is stored.
 * A completed sign-in stays in it until the browser returns to the engine. That sign-in becomes invalid with a password
 * reset, a suspension or "sign out everywhere".
 *
 *   The engine calls     and the adapter
 *   find, for a page     reads it with its session, and the revision of its client
 *   find, to resume it   reads it too; any number of requests may
 *   upsert               makes the browser hold it, or stores it; does not restore one that has ended meanwhile
 *   destroy              deletes it, except one that is resumed: web/oauth/interaction-redirects ends that
 *
 * When a request resumes an interaction, one statement at its end, or the one that stores the code, ends the interaction and
 * writes everything else. Of two such requests only one succeeds with it, and until then nothing is written.
 */
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';
import type { AccountFacts } from '../../store/account-facts.ts';
import {
  findInteraction,
  type InteractionWrite,
  insertInteraction,
  removeInteraction,
  type StoredInteraction,
  updateInteraction,
} from '../../store/interactions.ts';
import type { Sealer } from '../../store/sealer.ts';
import { holdRequest, openHeldRequest } from '../held-request.ts';
import { interactionKey } from '../interaction-key.ts';
import { requestContext } from '../request-context.ts';
import { resumes } from '../resumed.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';
import { openSession } from './sessions.ts';

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
type Login = { accountId: string; ts?: number; verifiedAt?: number };

export function interactionAdapter(deps: AdapterDeps): Adapter {
  return modelAdapter(model, {
    async find(id) {
      const known = requestContext().cache.payloads.get(`${model} ${id}`);
      if (known !== undefined) return JSON.parse(known);
      const key = interactionKey(id);
      if (!key) return undefined;
      return isResuming() ? readToResume(deps, id, key) : read(deps, id, key);
    },
    upsert: (id, payload, expiresIn) => save(deps, id, payload, expiresIn as number),
    destroy: (id) => end(deps, id),
  });
}

async function read({ db, sealer }: AdapterDeps, id: string, key: Buffer): Promise<AdapterPayload | undefined> {
  const held = openHeldRequest(sealer, id);
  if (held) return keep(id, held);
  const { interaction, session } = await findInteraction(db, key);
  openSession(sealer, session);
  return open(sealer, id, interaction);
}

/** The first statement of a request that brings a session has read both, see sessions. */
async function readToResume({ db, sealer }: AdapterDeps, id: string, key: Buffer): Promise<AdapterPayload | undefined> {
  const { cache, outcome } = requestContext();
  const stored = cache.readAhead?.id === id ? cache.readAhead.stored : (await findInteraction(db, key)).interaction;
  const payload = open(sealer, id, stored);
  if (payload) outcome.resumed = { id, key, over: false, settled: false };
  return payload;
}

function open(sealer: Sealer, id: string, stored: StoredInteraction | undefined): AdapterPayload | undefined {
  const opened = !stored || stored.consumed ? undefined : sealer.openIfKnown(stored.payload, model);
  if (!stored || !opened) return undefined;
  const payload: AdapterPayload = JSON.parse(opened.toString());
  const login = loginOf(payload);
  if (login) {
    completeLogin(login, stored.signedInAt);
    if (!stored.account || !signInIsValid(login, stored.account)) return undefined;
    noteSignIn(login, stored.account);
  }
  const { cache } = requestContext();
  cache.interactions.add(id);
  if (stored.clientRevision) cache.clientRevision = stored.clientRevision;
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
  const {
    cache,
    outcome: { heldBack },
  } = requestContext();
  cache.payloads.delete(`${model} ${id}`);
  if (isFirst(kept) && holdRequest(sealer, id, kept, ttlSeconds)) return;
  const write = seal(sealer, key, kept, ttlSeconds);
  // An interaction that was read and has ended meanwhile must not be restored.
  if (cache.interactions.has(id)) {
    if (heldBack) heldBack.interaction = { isNew: false, write };
    else await updateInteraction(db, write);
  } else {
    const owned = { ...write, owner: ownerOf(kept), limit: maxOpen };
    if (heldBack) heldBack.interaction = { isNew: true, write: owned };
    else await insertInteraction(db, owned);
  }
}

function seal(sealer: Sealer, idHash: Buffer, payload: AdapterPayload, ttlSeconds: number): InteractionWrite {
  const { session, params } = payload as { session?: { uid?: string }; params?: { client_id?: string } };
  return {
    idHash,
    payload: sealer.seal(JSON.stringify(payload), model),
    accountId: loginOf(payload)?.accountId ?? null,
    sessionUid: session?.uid ?? null,
    clientId: params?.client_id ?? null,
    expiresAt: Date.now() / 1000 + ttlSeconds,
  };
}

async function end({ db }: AdapterDeps, id: string): Promise<void> {
  const { cache, outcome } = requestContext();
  const key = interactionKey(id);
  cache.payloads.delete(`${model} ${id}`);
  if (outcome.resumed?.id === id) outcome.resumed.over = true;
  else if (key) await removeInteraction(db, key);
}

function keep(id: string, payload: AdapterPayload): AdapterPayload {
  requestContext().cache.payloads.set(`${model} ${id}`, JSON.stringify(payload));
  return payload;
}

/**
 * Whether the browser has returned to the engine. Our own pages only read the interaction, and are not a request to the
 * engine.
 */
function isResuming(): boolean {
  return resumes(Provider.ctx?.oidc.route);
}

/** Whether this is a new authorization request, from a browser where nobody is signed in. */
function isFirst({ session, result }: AdapterPayload): boolean {
  const route = Provider.ctx?.oidc.route;
  return (route === 'authorization' || route === 'code_verification') && session === undefined && result === undefined;
}

function loginOf({ result }: AdapterPayload): Login | undefined {
  return (result as { login?: Login } | undefined)?.login;
}

function ownerOf(interaction: AdapterPayload): string {
  const { accountId } = { ...(interaction.session as { accountId?: string } | undefined), ...loginOf(interaction) };
  return accountId ? `account ${accountId}` : (requestContext().cache.caller ?? 'nobody');
}

/** The payload was sealed before the database said when the password was verified. */
function completeLogin(login: Login, signedInAt: number | null): void {
  if (signedInAt === null) return;
  login.verifiedAt ??= signedInAt;
  login.ts ??= Math.floor(signedInAt);
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
