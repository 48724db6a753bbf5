/**
 * Sessions at this server. The engine rotates a session's id by destroying the session and saving it under the new id.
 * Here that is one UPDATE by uid, so that a session that was ended meanwhile is not restored.
 *
 *   The engine calls   and the adapter
 *   find, findByUid    reads it, with its account
 *   upsert             inserts a new one; updates one that was read, if it still exists; does nothing if the
 *                      statement that stored the code has saved it
 *   destroy            deletes it; does nothing while the id is rotated
 */
import { type Adapter, type AdapterPayload, Provider, type Session } from 'oidc-provider';
import { sessionLifetimeSeconds } from '../../policy/session-lifetime.ts';
import type { Db } from '../../store/database.ts';
import { findInteractionBesideSession } from '../../store/interactions.ts';
import { type Sealer, sha256 } from '../../store/sealer.ts';
import {
  findSession,
  findSessionByUid,
  removeSession,
  type SessionSave,
  type StoredSession,
  saveSession,
} from '../../store/sessions.ts';
import { interactionKey } from '../interaction-key.ts';
import { requestContext, senderOfRequest } from '../request-context.ts';
import { resumes } from '../resumed.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';

/**
 * A sign-out request creates a session even if nobody is signed in. Such a session expires after as long as an
 * interaction.
 */
const anonymousLifetimeSeconds = 3600;

export function sessionAdapter({ db, sealer }: AdapterDeps): Adapter {
  return modelAdapter('Session', {
    find: async (id) => openSession(sealer, await findWithInteraction(db, id)),
    async findByUid(uid) {
      const known = requestContext().cache.payloads.get(`Session ${uid}`);
      return known === undefined ? openSession(sealer, await findSessionByUid(db, uid)) : JSON.parse(known);
    },
    async upsert(id, payload) {
      const { cache, outcome } = requestContext();
      const uid = payload.uid as string;
      if (isSavedWithCode(id, payload)) return;
      const save = sessionSave(sealer, id, payload);
      cache.payloads.delete(`Session ${uid}`);
      if (outcome.heldBack) outcome.heldBack.session = save;
      else await saveSession(db, save);
      cache.sessions.add(uid);
    },
    async destroy(id) {
      if (isRotation(id)) return;
      requestContext().cache.payloads.clear();
      await removeSession(db, sha256(id));
    },
  });
}

/** A request that resumes an interaction reads it in the same statement. */
async function findWithInteraction(db: Db, id: string): Promise<StoredSession | undefined> {
  const { ctx } = Provider;
  const uid = ctx && resumes(ctx.oidc.route) ? (ctx.params.uid as string) : undefined;
  const key = uid && interactionKey(uid);
  if (!uid || !key) return findSession(db, sha256(id));
  const { session, interaction } = await findInteractionBesideSession(db, key, sha256(id));
  requestContext().cache.readAhead = { id: uid, stored: interaction };
  return session;
}

/** Opens a session that was read, and keeps it and its account for the rest of the request. */
export function openSession(sealer: Sealer, stored: StoredSession | undefined): AdapterPayload | undefined {
  const opened = stored && sealer.openIfKnown(stored.payload, `Session ${stored.uid}`);
  if (!opened) return undefined;
  const { sessions, accounts, payloads } = requestContext().cache;
  sessions.add(stored.uid);
  if (stored.account) accounts.set(stored.account.id, stored.account);
  const text = opened.toString();
  payloads.set(`Session ${stored.uid}`, text);
  return JSON.parse(text);
}

function sessionSave(
  sealer: Sealer,
  id: string,
  payload: AdapterPayload,
  relyingParty: string | null = null,
): SessionSave {
  const { cache, outcome } = requestContext();
  const { signIn } = outcome;
  const uid = payload.uid as string;
  const accountId = (payload.accountId as string | undefined) ?? null;
  const expiresAt = payload.exp as number;
  const sender = senderOfRequest();
  const session = {
    uid,
    idHash: sha256(id),
    payload: sealer.seal(JSON.stringify(payload), `Session ${uid}`),
    accountId,
    signedInAt: signIn && signIn.accountId === accountId ? signIn.verifiedAt : null,
    expiresAt: accountId === null ? Math.min(expiresAt, Date.now() / 1000 + anonymousLifetimeSeconds) : expiresAt,
    userAgent: sender?.userAgent ?? null,
    address: sender?.address ?? null,
    relyingParty,
  };
  return { session, isNew: !cache.sessions.has(uid) };
}

/**
 * The session of this request as the engine will save it after the code, so that the statement that stores the code saves it
 * too. `relyingParty` is the client, if an ID token follows.
 */
export async function sessionBesideCode(
  sealer: Sealer,
  relyingParty: string | null,
): Promise<{ save: SessionSave; saved: () => void }> {
  const session = (Provider.ctx as NonNullable<typeof Provider.ctx>).oidc.session as Session;
  const { payload } = await session.getValueAndPayload();
  payload.exp = Math.floor(Date.now() / 1000) + sessionLifetimeSeconds;
  const { id } = session;
  return {
    save: sessionSave(sealer, id, payload, relyingParty),
    saved() {
      const { cache, outcome } = requestContext();
      outcome.savedWithCode = { id, content: contentOf(payload) };
      cache.payloads.delete(`Session ${session.uid}`);
      cache.sessions.add(session.uid);
    },
  };
}

/** Whether nothing has changed since, but the seconds that have passed. */
function isSavedWithCode(id: string, payload: AdapterPayload): boolean {
  const saved = requestContext().outcome.savedWithCode;
  return saved?.id === id && saved.content === contentOf(payload);
}

/** The engine makes every payload of a session in the same order. */
const contentOf = ({ iat: _iat, exp: _exp, ...content }: AdapterPayload): string => JSON.stringify(content);

/** Whether the engine only gives a session a new id: the save that follows moves the row. */
function isRotation(id: string): boolean {
  const session = Provider.ctx?.oidc.session;
  return session !== undefined && session.oldId === id;
}
