/**
 * Sessions at this server. The engine rotates a session's id by destroying the session and saving it under the new id.
 * Here that is one UPDATE by uid, so that a session that was ended meanwhile is not restored.
 *
 *   The engine calls   and the adapter
 *   find, findByUid    reads it, with its account
 *   upsert             inserts a new one; updates one that was read, if it still exists
 *   destroy            deletes it; does nothing while the id is rotated
 */
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';
import { sha256 } from '../../store/sealer.ts';
import {
  findSession,
  findSessionByUid,
  insertSession,
  removeSession,
  type StoredSession,
  updateSession,
} from '../../store/sessions.ts';
import { requestContext } from '../request-context.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';

/**
 * A sign-out request creates a session even if nobody is signed in. Such a session expires after as long as an
 * interaction.
 */
const anonymousLifetimeSeconds = 3600;

export function sessionAdapter({ db, sealer }: AdapterDeps): Adapter {
  const open = (stored: StoredSession | undefined): AdapterPayload | undefined => {
    if (!stored) return undefined;
    const opened = sealer.openIfKnown(stored.payload, `Session ${stored.uid}`);
    if (!opened) return undefined;
    const { sessions, accounts } = requestContext().cache;
    sessions.add(stored.uid);
    if (stored.account) accounts.set(stored.account.id, stored.account);
    const payload = JSON.parse(opened.toString());
    requestContext().cache.payloads.set(`Session ${stored.uid}`, payload);
    return structuredClone(payload);
  };
  return modelAdapter('Session', {
    find: async (id) => open(await findSession(db, sha256(id))),
    async findByUid(uid) {
      const known = requestContext().cache.payloads.get(`Session ${uid}`);
      return known ? (structuredClone(known) as AdapterPayload) : open(await findSessionByUid(db, uid));
    },
    async upsert(id, payload, expiresIn) {
      const { cache, outcome } = requestContext();
      const { sessions } = cache;
      const { signIn } = outcome;
      const uid = payload.uid as string;
      const accountId = (payload.accountId as string | undefined) ?? null;
      const expiresAt = (payload.exp as number | undefined) ?? Date.now() / 1000 + (expiresIn as number);
      const session = {
        uid,
        idHash: sha256(id),
        payload: sealer.seal(JSON.stringify(payload), `Session ${uid}`),
        accountId,
        signedInAt: signIn && signIn.accountId === accountId ? signIn.verifiedAt : null,
        expiresAt: accountId === null ? Math.min(expiresAt, Date.now() / 1000 + anonymousLifetimeSeconds) : expiresAt,
      };
      requestContext().cache.payloads.delete(`Session ${uid}`);
      if (sessions.has(uid)) {
        await updateSession(db, session);
      } else {
        await insertSession(db, session);
        sessions.add(uid);
      }
    },
    async destroy(id) {
      if (isRotation(id)) return;
      requestContext().cache.payloads.clear();
      await removeSession(db, sha256(id));
    },
  });
}

/** Whether the engine only gives a session a new id: the save that follows moves the row. */
function isRotation(id: string): boolean {
  const session = Provider.ctx?.oidc.session;
  return session !== undefined && session.oldId === id;
}
