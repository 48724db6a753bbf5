import { describe, expect, it } from 'vitest';
import {
  beginsAuthorization,
  boundsOf,
  kindOf,
  loopDelay,
  nextShare,
  retryAfterSeconds,
} from '../../src/policy/admission.ts';

describe('the kind of a request', () => {
  it.each([
    ['POST', '/oauth/token', 'token'],
    ['POST', '/oauth/introspect', 'token'],
    ['POST', '/oauth/revoke', 'token'],
    ['POST', '/oauth/par', 'token'],
    ['GET', '/oauth/userinfo', 'token'],
    ['GET', '/oauth/authorize', 'page'],
    ['POST', '/oauth/authorize', 'page'],
    ['GET', '/oauth/authorize/an-id', 'page'],
    ['GET', '/oauth/logout', 'page'],
    ['GET', '/interaction/an-id', 'page'],
    ['POST', '/interaction/an-id/consent', 'page'],
    ['GET', '/sign-in', 'page'],
    ['POST', '/sign-in/with/example', 'page'],
    ['GET', '/sign-in/from/example', 'page'],
    ['GET', '/account/apps', 'page'],
    ['GET', '/playground', 'page'],
    ['GET', '/logos/a-logo.webp', 'page'],
    ['POST', '/interaction/an-id/sign-in', 'password'],
    ['POST', '/sign-in', 'password'],
    ['POST', '/interaction/an-id/second-step', 'password'],
    ['POST', '/interaction/an-id/recovery-code', 'password'],
    ['POST', '/interaction/an-id/enrol', 'password'],
    ['POST', '/sign-in/second-step', 'password'],
    ['POST', '/sign-in/recovery-code', 'password'],
    ['POST', '/sign-in/enrol', 'password'],
    ['POST', '/account/confirm', 'password'],
    ['POST', '/account/security/password', 'password'],
    ['POST', '/account/security/second-step', 'password'],
    ['GET', '/sign-in/second-step', 'page'],
    ['GET', '/account/security/second-step', 'page'],
    ['GET', '/admin', 'admin'],
    ['POST', '/admin/accounts', 'admin'],
    ['POST', '/admin/v1/accounts', 'admin'],
  ])('of %s %s is %s', (method, path, kind) => {
    expect(kindOf(method, path)).toBe(kind);
  });

  it.each([
    ['GET', '/healthz'],
    ['GET', '/readyz'],
    ['GET', '/oauth/jwks'],
    ['GET', '/.well-known/openid-configuration'],
    ['GET', '/assets/style.css'],
    // Answered from memory, and kept open for as long as a gateway follows it.
    ['GET', '/oauth/revocations'],
    ['OPTIONS', '/oauth/token'],
    ['GET', '/administrators'],
    ['GET', '/'],
  ])('is missing for %s %s, which is never refused', (method, path) => {
    expect(kindOf(method, path)).toBeUndefined();
  });
});

describe('bounds', () => {
  it('follow the number of connections, within what an event loop can use', () => {
    expect(boundsOf(10)).toEqual({ token: 80, list: 40, page: 40, beginning: 20, admin: 20 });
    expect(boundsOf(1)).toEqual(boundsOf(4));
    expect(boundsOf(500)).toEqual(boundsOf(12));
  });

  it('leave room for authorizations that have begun', () => {
    expect(beginsAuthorization('/oauth/authorize')).toBe(true);
    expect(beginsAuthorization('/oauth/authorize/an-id')).toBe(false);
    for (const poolSize of [1, 4, 10, 100]) expect(boundsOf(poolSize).beginning).toBeLessThan(boundsOf(poolSize).page);
  });
});

describe('the part of the bounds that holds', () => {
  const shareAfter = (times: number, delayMs: number, from: number) => {
    let share = from;
    for (let n = 0; n < times; n += 1) share = nextShare(share, delayMs);
    return share;
  };

  it('falls within a second while the event loop is late, but never to nothing', () => {
    const late = loopDelay.maxMs + 1;
    expect(shareAfter(1, late, 1)).toBe(0.75);
    expect(shareAfter(10, late, 1)).toBe(1 / 8);
    expect(shareAfter(100, late, 1)).toBe(1 / 8);
  });

  it('comes back within two seconds', () => {
    expect(shareAfter(2_000 / loopDelay.everyMs, 0, 1 / 8)).toBe(1);
    expect(shareAfter(1, loopDelay.maxMs, 1)).toBe(1);
  });
});

it('The wait of those who are refused together differs, by two seconds at most', () => {
  const waits = [0, 0.34, 0.67, 0.999].map((part) => retryAfterSeconds('token', () => part));
  expect(waits).toEqual([1, 2, 3, 3]);
  expect(retryAfterSeconds('password', () => 0)).toBe(3);
});
