/** Failed requests as the endpoints note them. */
import type { FailedBy, NewFailedRequest } from '../../src/store/failed-requests.ts';

/** The `n`th of a client: a refresh that was refused, by the client itself unless told otherwise. */
export const failureOf = (clientId: string, n: number, by?: FailedBy): NewFailedRequest => ({
  clientId,
  at: new Date(),
  requestId: `req_${clientId}_${n}`,
  endpoint: 'token',
  error: 'invalid_grant',
  description: null,
  detail: null,
  parameters: { redirect_uri: `https://${n}.example/` },
  ...(by && { by }),
});
