/**
 * Saves the answer of a consent page with its audit event, and returns the merged consent. Returns undefined if the app
 * may not have more users; `maxPeople` is the limit for unverified apps. With `unasked`, for a first-party app, there was no
 * page; returns undefined if the app is no longer first-party. `note` is saved with the consent, or not at all; `noted` tells.
 */
import { isDeepStrictEqual } from 'node:util';
import { hasEnded } from '../policy/consent-duration.ts';
import { covers, type ProjectDetails, withinScopes } from '../policy/project-details.ts';
import { appendAudit } from '../store/audit.ts';
import {
  type Consent,
  type ConsentNote,
  findConsent,
  lockClientAsShown,
  saveConsent,
  saveConsentOnRecord,
} from '../store/consents.ts';
import type { Db } from '../store/database.ts';
import { endGrantsOf } from '../store/grants.ts';
import { lockConsent } from '../store/narrowed-grants.ts';
import { enqueueWebhook } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';

export async function rememberConsent(
  db: Db,
  consent: {
    accountId: string;
    clientId: string;
    granted: readonly string[];
    refused: readonly string[];
    unasked?: boolean;
    /** The revision of the client that the person saw. Nothing is saved if it has another one. */
    clientRevision?: string | undefined;
    /** When the answer ends, if the person was asked that; null: when they disconnect the app. */
    endsAt?: Date | null | undefined;
    /** The projects that the app may use from now on; see `detailsOf`. */
    details?: ProjectDetails | null | undefined;
    /**
     * Returns the projects that the app may use from now on, from what it may use already: null for all of them, undefined for
     * those that it has. `details` is its answer for what the person saw, which another page may have changed since.
     */
    detailsOf?: (before: Consent | undefined) => ProjectDetails | null | undefined;
  },
  { maxPeople, actor, note }: { maxPeople: number; actor: Actor; note?: ConsentNote },
): Promise<{ granted: string[]; refused: string[]; noted: boolean; details?: ProjectDetails | null } | undefined> {
  const { accountId, clientId, granted, refused, endsAt, clientRevision, details, detailsOf } = consent;
  const event = {
    actor: actor.id,
    action: 'consent.given',
    target: `client:${clientId}`,
    details: {
      account: accountId,
      granted,
      refused,
      taken_away: [] as string[],
      ...(endsAt !== undefined && { ends_at: endsAt?.toISOString() ?? null }),
      ...(details && { projects: namedIn(details) }),
    },
    requestId: actor.requestId,
    ip: actor.ip,
  };
  // If nothing is withdrawn, one statement is enough. So the lock under which people are counted is never held while it
  // waits for this process: a frozen one would keep new people of the app out.
  const isFresh = detailsOf === undefined || isDeepStrictEqual(detailsOf(undefined), details);
  const saved = isFresh ? await saveConsentOnRecord(db, consent, { maxPeople, event, note }) : undefined;
  if (saved || (refused.length === 0 && details === undefined)) return saved;
  return db.transaction(async (trx) => {
    if (clientRevision !== undefined && !(await lockClientAsShown(trx, clientId, clientRevision))) return undefined;
    await lockConsent(trx, accountId, clientId);
    const before = await findConsent(trx, accountId, clientId);
    const now = detailsOf ? detailsOf(before && !hasEnded(before, new Date()) ? before : undefined) : details;
    const takenAway = refused.filter((scope) => before?.granted.includes(scope));
    const remembered = await saveConsent(trx, { ...consent, details: now }, maxPeople);
    if (!remembered) return undefined;
    // What is withdrawn is withdrawn on every device: the grants end, and apps ask again for what is still allowed.
    const isLess = takenAway.length > 0 || hasFewerProjects(before, remembered.granted, now);
    if (isLess && (await endGrantsOf(trx, accountId, clientId)) > 0) {
      await enqueueWebhook(trx, [clientId], 'grant.revoked', { sub: accountId, reason: 'user', grant_id: null });
    }
    await appendAudit(trx, { ...event, details: { ...event.details, taken_away: takenAway } });
    return { ...remembered, noted: false, ...(now !== undefined && { details: now }) };
  });
}

/** Whether the app had something in a project that it does not have any more. */
function hasFewerProjects(
  before: Consent | undefined,
  granted: readonly string[],
  details: ProjectDetails | null | undefined,
): boolean {
  if (!before || !details) return false;
  return !covers(details, withinScopes(before.authorization_details ?? undefined, granted));
}

const maxNamed = 50;

/** The first of the projects, for the audit log. */
function namedIn(details: ProjectDetails): string[] {
  return details.slice(0, maxNamed).map(({ identifier }) => identifier ?? '*');
}
