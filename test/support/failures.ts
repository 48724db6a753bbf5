/** Failed requests as the endpoints record them. */
import type { FailedBy, NewFailedRequest } from '../../src/store/failed-requests.ts';

/** Returns the `n`th failure of a client: a refused refresh, by default sent by the client itself. */
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
