/** A held request opens only for its own browser and interaction, and until it expires. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { holdRequest, openHeldRequest } from '../../src/oidc/held-request.ts';
import { requestContext, withRequestContext } from '../../src/oidc/request-context.ts';
import { createSealer } from '../../src/store/sealer.ts';

const sealer = createSealer(['a secret that is long enough for a test']);
const inHours = (hours: number) => Math.floor(Date.now() / 1000) + hours * 3600;

/** Returns the sealed request that browser `one` gets to hold. `large` is text that does not compress. */
async function sealed(exp: number, large = ''): Promise<string | undefined> {
  let held: string | undefined;
  await withRequestContext(
    {} as never,
    (async () => {
      requestContext().cache.browser = 'one';
      holdRequest(sealer, 'uid', { exp, params: { state: large } } as never, 3600);
      held = requestContext().outcome.toHold?.sealed;
    }) as never,
  );
  return held;
}

async function opened(held: string, { browser = 'one', id = 'uid', keys = sealer } = {}): Promise<unknown> {
  let payload: unknown;
  await withRequestContext(
    {} as never,
    (async () => {
      Object.assign(requestContext().cache, { browser, heldRequest: held });
      payload = openHeldRequest(keys, id);
    }) as never,
  );
  return payload;
}

it('a held request opens for its own browser and interaction', async () => {
  expect(await opened((await sealed(inHours(1))) as string)).toMatchObject({ params: {} });
});

it.each([
  ['for another browser', { browser: 'two' }],
  ['for another interaction', { id: 'other' }],
  ['with other secrets', { keys: createSealer(['another secret that is long enough too']) }],
])('a held request does not open %s', async (_, where) => {
  expect(await opened((await sealed(inHours(1))) as string, where)).toBeUndefined();
});

it('a held request does not open after it expired', async () => {
  expect(await opened((await sealed(inHours(-1))) as string)).toBeUndefined();
});

it.each(['', 'x', 'A'.repeat(200), '\xff'])('garbage does not open: %j', async (garbage) => {
  expect(await opened(garbage)).toBeUndefined();
});

it('a request that does not fit into a cookie is not held', async () => {
  expect(await sealed(inHours(1), crypto.getRandomValues(new Uint8Array(8000)).toString())).toBeUndefined();
});

/** What is sealed in a cookie. */
const packedIn = (held: string): Buffer => sealer.open(Buffer.from(held, 'base64url'), 'Request uid one');

it('a server of an earlier release, which takes every request for compressed, opens one that is not', async () => {
  const packed = packedIn((await sealed(inHours(1), 'a state ✓')) as string);
  expect(packed.includes('a state ✓')).toBe(true);
  expect(JSON.parse(inflateRawSync(packed).toString())).toMatchObject({ params: { state: 'a state ✓' } });
});

it('a request that an earlier release has compressed opens', async () => {
  const payload = { exp: inHours(1), params: { state: 'earlier' } };
  const held = sealer.seal(deflateRawSync(JSON.stringify(payload)), 'Request uid one').toString('base64url');
  expect(await opened(held)).toEqual(payload);
});

it('a request fits if it does when it is compressed', async () => {
  const repeated = 'the same words '.repeat(400);
  const held = (await sealed(inHours(1), repeated)) as string;
  expect(packedIn(held).length).toBeLessThan(400);
  expect(await opened(held)).toMatchObject({ params: { state: repeated } });
});
