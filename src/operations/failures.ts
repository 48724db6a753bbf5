/** Failed requests with advice on how to fix them. */
import { type Advice, adviceOn } from '../policy/failure-advice.ts';
import { type Client, findClient } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import type { FailedRequest } from '../store/failed-requests.ts';

/** The sender of a request: the authenticated client, a user of the app, or somebody who proved neither. */
type Sender = 'client' | 'person' | 'stranger';

export type ExplainedFailure = FailedRequest & Advice & { readonly by: Sender };

/** Adds advice, based on the current registration of the clients. */
export async function explainFailures(db: Db, failures: readonly FailedRequest[]): Promise<ExplainedFailure[]> {
  const clients = new Map<string, Client | undefined>();
  for (const { client_id: id } of failures)
    if (id !== null && !clients.has(id)) clients.set(id, await findClient(db, id));
  return failures.map((failure) => ({
    ...failure,
    ...adviceOn(failure, clients.get(failure.client_id ?? '')),
    by: senderOf(failure),
  }));
}

function senderOf({ stranger, caller }: FailedRequest): Sender {
  if (stranger) return 'stranger';
  return caller === null ? 'client' : 'person';
}
