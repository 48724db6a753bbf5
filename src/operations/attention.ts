/** Collects everything that needs an admin's attention, for the start page of the admin area and the command line. */
import { failedShare, signingKeyMaxDays } from '../policy/attention.ts';
import {
  countPeopleOf,
  countWaitingReviews,
  type EndingSecret,
  type FailingLogout,
  type FailingStream,
  type FailingWebhook,
  listEndingSecrets,
  listFailingApps,
  listFailingLogouts,
  listFailingStreams,
  listFailingWebhooks,
  listWaitingReviews,
  type WaitingReview,
} from '../store/attention.ts';
import type { Db } from '../store/database.ts';
import { listNewestFailures } from '../store/failed-requests.ts';
import { listSigningKeys } from '../store/signing-keys.ts';
import { listWaitingApps, type WaitingApp } from '../store/third-party.ts';
import { explainFailures } from './failures.ts';

export interface Attention {
  readonly failing: (WithPeople & { readonly share: number; readonly failed: number; readonly wrong?: string })[];
  readonly webhooks: FailingWebhook[];
  readonly logouts: FailingLogout[];
  readonly streams: FailingStream[];
  readonly reviews: (WaitingReview & WithPeople)[];
  /** Number of all clients that wait for a review, listed or not. */
  readonly reviewsWaiting: number;
  readonly secrets: EndingSecret[];
  readonly waiting: WaitingApp[];
  /** Age of the current signing key in days, if it is too old. */
  readonly oldKeyDays?: number;
}

interface WithPeople {
  readonly client_id: string;
  readonly client_name: string;
  readonly people: number;
}

const dayMs = 86_400_000;

export async function readAttention(db: Db, now: Date): Promise<Attention> {
  const failing = await listFailingApps(db);
  const reviews = await listWaitingReviews(db);
  const people = await countPeopleOf(
    db,
    [...failing, ...reviews].map(({ client_id: id }) => id),
  );
  const newest = await explainFailures(
    db,
    await listNewestFailures(
      db,
      failing.map(({ client_id: id }) => id),
    ),
  );
  const withPeople = <T extends { client_id: string }>(one: T) => ({ ...one, people: people.get(one.client_id) ?? 0 });
  const current = (await listSigningKeys(db)).find(({ state }) => state === 'current');
  const days = Math.floor((now.getTime() - (current?.current_at ?? now).getTime()) / dayMs);
  return {
    failing: failing.map((one) => {
      const wrong = newest.find(({ client_id: id }) => id === one.client_id)?.wrong;
      return { ...withPeople(one), share: failedShare(one), ...(wrong && { wrong }) };
    }),
    webhooks: await listFailingWebhooks(db),
    logouts: await listFailingLogouts(db),
    streams: await listFailingStreams(db),
    reviews: reviews.map(withPeople),
    reviewsWaiting: reviews.length === 0 ? 0 : await countWaitingReviews(db),
    secrets: await listEndingSecrets(db),
    waiting: await listWaitingApps(db),
    ...(days >= signingKeyMaxDays && { oldKeyDays: days }),
  };
}
