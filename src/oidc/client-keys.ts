/**
 * The keys of clients that authenticate by their own assertions. Those at a `jwks_uri` are read when they are stale or do not fit.
 * Anybody can register an address that does not answer, so few requests wait for one site, and few in all; others make do with the
 * keys of a while ago.
 */
import { type Client, errors } from 'oidc-provider';
import { siteOf } from '../outbound/site.ts';
import { createWaits } from '../outbound/waits.ts';
import { keysUnavailable } from './presented-assertion.ts';
import { assertionAlgorithms, isSignedByOne } from './signed-by.ts';

type KeyStore = Client['asymmetricKeyStore'];

/** The smallest pool admits 32 requests like these (policy/admission). */
const limits = { each: 12, all: 20 };
/** How long keys are used that can't be read again. */
const staleMs = 60 * 60_000;

class TooManyWait extends Error {}

/** Reports whether a key of the client has signed the token. @throws InvalidClientAuth, TemporarilyUnavailable */
export type IsSignedByClient = (client: Client, token: string) => Promise<boolean>;

export function createClientKeys(): IsSignedByClient {
  const wait = createWaits(limits, () => new TooManyWait('too many requests wait for keys'));
  const readAt = new WeakMap<KeyStore, number>();

  async function read(store: KeyStore, jwksUri: string): Promise<void> {
    await wait(siteOf(jwksUri), () => store.refresh());
    readAt.set(store, Date.now());
  }

  /** How often an address is asked is bounded in outbound/key-fetch. */
  return async ({ asymmetricKeyStore: store, jwksUri }, token) => {
    const fits = () => isSignedByOne(token, [...store], assertionAlgorithms);
    if (jwksUri === undefined) return fits();
    try {
      if (store.stale()) await read(store, jwksUri);
      if (await fits()) return true;
      // A key that is not known yet may have been published meanwhile.
      store.freshUntil = 0;
      await read(store, jwksUri);
      return await fits();
    } catch (error) {
      if (!(error instanceof TooManyWait)) throw unreadable(error);
      if (Date.now() < (readAt.get(store) ?? 0) + staleMs && (await fits())) return true;
      throw keysUnavailable('the keys of this client cannot be read now: try again', error.message);
    }
  };
}

/** The reason is for the failure record only. */
function unreadable(error: unknown): Error {
  const reasons: string[] = [];
  for (let one = error; one instanceof Error; one = one.cause) reasons.push(one.message);
  return new errors.InvalidClientAuth(`the keys at jwks_uri could not be read: ${reasons.at(-1)}`);
}
