/**
 * Errors of the authorization endpoint lead to whatever address an app has registered, before anybody has signed in. Anybody can
 * register an app, so with such an error our address would lead anywhere (RFC 9700 §4.11.2). An error goes on by itself only to an
 * address that somebody has reason to trust; before the others there is a page.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { destination } from '../../../views/host.ts';
import { isUnregistered } from '../../policy/client/registration-types.ts';
import { findConsent } from '../../store/consents.ts';
import type { Db } from '../../store/database.ts';
import { requestContext } from '../request-context.ts';
import { resumes } from '../resumed.ts';

/** Tells whether a person has to press a button before the browser takes an error to `redirectUri`. */
export type AsksBefore = (ctx: KoaContextWithOIDC, redirectUri: string) => Promise<boolean>;

/**
 * Returns the rule: ask, unless the person who is signed in has allowed the app. An error after a page of ours is an answer that
 * the person gave there, so it goes on by itself.
 */
export function askBeforeStrangeAddresses(db: Db): AsksBefore {
  return async (ctx, redirectUri) => {
    if (resumes(ctx.oidc.route) || !isStrangeAddress(ctx, redirectUri)) return false;
    return !(await isAllowedHere(db, ctx, redirectUri));
  };
}

/**
 * Whether `uri` is an address on the web of an app that nobody at VibeCaaS has seen. A program on this computer, or one that has
 * claimed a scheme, was installed by the person, so errors go there at once.
 */
export function isStrangeAddress({ oidc: { client } }: KoaContextWithOIDC, uri: string): boolean {
  if (!client || !isUnregistered(client) || client.verified || client.first_party) return false;
  return destination(uri) === 'web';
}

/**
 * Whether the person who is signed in here has allowed the app, be it for a time that has passed, with this address if its
 * document named the addresses.
 */
async function isAllowedHere(db: Db, { oidc: { client, session } }: KoaContextWithOIDC, uri: string): Promise<boolean> {
  const accountId = session?.accountId;
  if (!client || accountId === undefined) return false;
  // The cache has none that has ended.
  const consent = requestContext().cache.consent ?? (await findConsent(db, accountId, client.clientId));
  if (!consent) return false;
  return client.pin === undefined || consent.pinned?.redirect_uris.includes(uri) === true;
}
