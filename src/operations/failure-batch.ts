/** The failed requests that wait to be written, limited so that nobody fills the batch with requests of one kind. */
import type { NewFailedRequest } from '../store/failed-requests.ts';

export interface FailureBatch {
  /** Adds a failure; returns false if the batch has no place for it. */
  add(failure: NewFailedRequest): boolean;
  /** Returns all failures and empties the batch. */
  take(): NewFailedRequest[];
}

/** Maximum failures in one batch: of one client, so that a broken one leaves room for others, and in total. */
export const maxInBatch = { ofClient: 20, ofAll: 500 } as const;
/** Additional limits for strangers; `ofCaller` limits one network, no matter which clients it names. */
export const maxOfStrangersInBatch = { ofClient: 20, ofAll: 200, ofCaller: 10 } as const;

/** Limits for requests without a client, which anybody can send: they take no place from others. */
export const maxWithoutClientInBatch = { ofAll: 50, ofCaller: 5 } as const;

export function createFailureBatch(): FailureBatch {
  let failures: NewFailedRequest[] = [];
  /** Failures in the batch by client, by caller, and in total. */
  const counts = new Map<string, number>();
  return {
    add(failure) {
      const places = placesOf(failure);
      if (places.some(([key, max]) => (counts.get(key) ?? 0) >= max)) return false;
      for (const [key] of places) counts.set(key, (counts.get(key) ?? 0) + 1);
      failures.push(failure);
      return true;
    },
    take() {
      const batch = failures;
      failures = [];
      counts.clear();
      return batch;
    },
  };
}

/** The counts that a failure belongs to, each with its maximum. */
function placesOf({ clientId, by }: NewFailedRequest): (readonly [key: string, max: number])[] {
  if (clientId === undefined) {
    const { ofAll, ofCaller } = maxWithoutClientInBatch;
    return [
      ['without client', ofAll],
      [`without client ${by?.caller}`, ofCaller],
    ];
  }
  const stranger = by?.stranger ?? false;
  const { ofClient, ofAll } = stranger ? maxOfStrangersInBatch : maxInBatch;
  return [
    [`client ${stranger} ${clientId}`, ofClient],
    [`all ${stranger}`, ofAll],
    ...(stranger ? [[`caller ${by?.caller}`, maxOfStrangersInBatch.ofCaller] as const] : []),
  ];
}
