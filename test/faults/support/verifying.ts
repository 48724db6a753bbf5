/** A verifier beside the load, as an API has one. It learns what is revoked from the feed alone, across every fault. */
import { onTestFinished } from 'vitest';
import { createVerifier } from '../../../src/gateway/verifier.ts';
import { gatewayCredentials } from '../../gateway/tokens.ts';
import { eventually } from '../../support/eventually.ts';
import { apiResource } from '../../support/server.ts';

export interface Verifying {
  /** Waits until it follows the feed, and expects that it refuses each of `revoked` as such and takes each of `live`. */
  expectToKnow(tokens: { revoked: readonly string[]; live: readonly string[] }): Promise<void>;
}

/** An API that is cut off asks by introspection. This one can't, so whatever it knows is from the feed. */
const neverIntrospects: typeof fetch = (input, init) =>
  new URL(String(input)).pathname === '/oauth/introspect'
    ? Promise.reject(new TypeError('only the feed is asked'))
    : fetch(input, init);

/** It ends with the test. */
export async function startVerifying({ issuer }: { readonly issuer: string }): Promise<Verifying> {
  const credentials = gatewayCredentials();
  const verifier = createVerifier({ issuer, audience: apiResource, credentials, fetch: neverIntrospects });
  onTestFinished(() => verifier.close());
  await verifier.ready();
  const answerTo = (token: string): Promise<string> =>
    verifier.verify(token).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
  const others = async (tokens: readonly string[], wanted: string) => {
    const answers = await Promise.all(tokens.map(answerTo));
    return answers.filter((answer) => answer !== wanted);
  };
  return {
    async expectToKnow({ revoked, live }) {
      await eventually(() => verifier.status.revocations).toBe('following');
      await eventually(() => others(revoked, 'The access token was revoked')).toEqual([]);
      await eventually(() => others(live, 'accepted')).toEqual([]);
    },
  };
}
