/**
 * Whether an access token is valid at this moment, by the revocation list and the rows of its grant and its clients. A token
 * that was exchanged (RFC 8693) is valid only while the tokens it came from, and the clients that passed it on, are.
 */
import { parsePosition } from '../policy/refresh.ts';
import { actorsOf, ancestorsOf } from '../policy/token-exchange.ts';
import type { Db } from '../store/database.ts';
import { findLiveToken, type LiveToken } from '../store/token-revocations.ts';
import type { AccessTokenClaims } from './access-token.ts';

/** `askerId` is the client that asks about the token; the result has the revision of its row. */
export function findLive(db: Db, claims: AccessTokenClaims, askerId?: string): Promise<LiveToken | undefined> {
  return findLiveToken(db, {
    jti: claims.jti,
    gid: claims.gid,
    accountId: claims.sub,
    issued: parsePosition(claims.rot),
    clientId: claims.client_id,
    askerId,
    ancestors: ancestorsOf(claims.derived_from),
    actors: actorsOf(claims.act),
  });
}

/** The grant of a person's token. Its subject is the account. */
export function grantOf({ gid, sub }: AccessTokenClaims): { grantId: string; accountId: string } {
  return { grantId: gid as string, accountId: sub };
}
