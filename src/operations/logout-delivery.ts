/**
 * Makes one attempt to tell a client that a session has ended: makes a logout token, posts it and records the result. The token is
 * made for this attempt, so that it is never old, and is signed by a key that is published now.
 */
import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { Outbound } from '../outbound/request.ts';
import { type EndedSession, logoutClaims, logoutOutcome } from '../policy/backchannel-logout.ts';
import type { DeliveryOutcome } from '../policy/webhook-attempts.ts';
import type { OutboundRules } from '../policy/webhook-urls.ts';
import type { Db } from '../store/database.ts';
import { type DueLogout, findDueLogout } from '../store/webhook-deliveries.ts';
import type { WebhookJob } from '../store/work-queue.ts';
import { attemptsMade, attemptTo, type Message, notSent, recordAttempt } from './delivery-attempt.ts';
import type { SigningKey } from './signing-keys.ts';

export interface LogoutDeps {
  readonly db: Db;
  readonly outbound: Outbound;
  readonly rules: OutboundRules;
  readonly issuer: string;
  /** The published keys, and first of each algorithm the one that signs. */
  readonly keys: () => readonly SigningKey[];
}

/** Returns undefined if there was nothing to do: the attempt was already made, or the client was deleted. */
export async function deliverLogout(deps: LogoutDeps, job: WebhookJob): Promise<DeliveryOutcome | undefined> {
  const due = await findDueLogout(deps.db, job.delivery, job.attempt);
  if (!due) return undefined;
  const { url } = due;
  const attempt =
    url === null
      ? notSent('the client has no address for logout tokens any more')
      : await attemptTo(deps, url, (at) => message(deps, due, at));
  const outcome = url === null ? 'off' : logoutOutcome(attempt.status, attemptsMade(due));
  return (await recordAttempt(deps.db, { job, due }, attempt, outcome)) ? outcome : undefined;
}

async function message({ issuer, keys }: LogoutDeps, due: DueLogout, at: Date): Promise<Message | string> {
  const key = keys().find(({ alg }) => alg === due.alg);
  if (!key) return `a key for ${due.alg} is missing`;
  const nowSeconds = Math.floor(at.getTime() / 1000);
  const session: EndedSession = JSON.parse(due.body);
  const claims = logoutClaims(session, { issuer, clientId: due.client_id, jti: randomUUID(), nowSeconds });
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, typ: 'logout+jwt', kid: key.kid })
    .sign(await importJWK(key.privateJwk, key.alg));
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { headers, body: new URLSearchParams({ logout_token: token }).toString() };
}
