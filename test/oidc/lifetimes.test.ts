/** Lifetimes of tokens of an authorization with an end that its person chose. */
import type { Context } from 'koa';
import { errors } from 'oidc-provider';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lifetimes } from '../../src/oidc/hooks/lifetimes.ts';
import { cacheGrant, withRequestContext } from '../../src/oidc/request-context.ts';
import type { GrantOwner } from '../../src/store/grants.ts';

const now = new Date('2026-11-24T07:52:44.900Z');
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Returns the lifetime of an access token that is made by a request when so many seconds are left of its authorization. */
async function lifetimeWith(secondsLeft: number | null): Promise<unknown> {
  const end = secondsLeft === null ? null : new Date(Math.floor(now.getTime() / 1000 + secondsLeft) * 1000);
  let lifetime: unknown;
  await withRequestContext({} as Context, async () => {
    cacheGrant({ grant_id: 'a-grant', ends_at: end } as GrantOwner);
    const token = { grantId: 'a-grant', resourceServer: { accessTokenTTL: 600 } };
    lifetime = (lifetimes.AccessToken as (ctx: unknown, token: unknown) => number)(undefined, token);
  });
  return lifetime;
}

it('an access token lives as long as its resource says, and never beyond the end', async () => {
  expect(await lifetimeWith(null)).toBe(600);
  expect(await lifetimeWith(601)).toBe(600);
  expect(await lifetimeWith(599)).toBe(599);
  expect(await lifetimeWith(1)).toBe(1);
});

it('a request that is overtaken by the end gets no access token', async () => {
  for (const left of [0, -1]) await expect(lifetimeWith(left)).rejects.toBeInstanceOf(errors.InvalidGrant);
});
