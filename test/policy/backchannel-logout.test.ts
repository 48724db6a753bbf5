import { describe, expect, it } from 'vitest';
import { logoutClaims, logoutOutcome, sidOf } from '../../src/policy/backchannel-logout.ts';
import { completeClient } from '../../src/policy/client/registration.ts';
import type { ClientInput } from '../../src/policy/client/schema.ts';

describe('what an answer leads to', () => {
  it.each([
    [200, 1, 'delivered'],
    [204, 10, 'delivered'],
    [201, 1, 'retry'],
    [202, 1, 'retry'],
    [302, 1, 'retry'],
    [400, 1, 'retry'],
    [400, 3, 'retry'],
    [400, 4, 'failed'],
    [400, 9, 'failed'],
    [410, 1, 'retry'],
    [500, 9, 'retry'],
    [500, 10, 'failed'],
    [null, 9, 'retry'],
    [null, 10, 'failed'],
  ] as const)('%s after attempt %s: %s', (status, made, outcome) => {
    expect(logoutOutcome(status, made)).toBe(outcome);
  });
});

it('a sid is the same for the same session and client, and for no others', () => {
  const sids = [sidOf('s', 'c'), sidOf('s', 'd'), sidOf('t', 'c'), sidOf('s c', 'd'), sidOf('s', 'c d')];
  expect(sidOf('s', 'c')).toBe(sids[0]);
  expect(new Set(sids.slice(0, 3)).size).toBe(3);
  for (const sid of sids) expect(sid).toMatch(/^[\w-]{43}$/);
});

it('a logout token lives two minutes and has no nonce', () => {
  const about = { issuer: 'https://auth.example', clientId: 'c', jti: 'j', nowSeconds: 1000 };
  expect(logoutClaims({ sub: 'p', sid: 's' }, about)).toEqual({
    iss: 'https://auth.example',
    sub: 'p',
    aud: 'c',
    iat: 1000,
    exp: 1120,
    jti: 'j',
    sid: 's',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
});

describe('an address for logout tokens', () => {
  const app = { client_name: 'App', type: 'web', redirect_uris: ['https://app.example/cb'] } as const;
  const local = { local: true, ports: [443] };
  const problemOf = (input: object, outbound?: typeof local) => {
    try {
      completeClient({ ...app, ...input } as ClientInput, outbound ? { outbound } : {});
      return undefined;
    } catch (error) {
      return (error as { details: Record<string, string> }).details.backchannel_logout_uri;
    }
  };

  it.each([
    ['app.example/logout', /whole address/],
    ['https://app.example/log out', /whole address/],
    ['https:app.example', /whole address/],
    ['https:///app.example', /whole address/],
    ['http://app.example/logout', /begin with https/],
    ['ftp://app.example/', /begin with https/],
    ['javascript:alert(1)', /whole address/],
    ['https://user:pass@app.example/', /user name or a password/],
    ['https://app.example/logout#part', /after #/],
    ['https://app.example:22/', /port 443 or 8443/],
    ['http://localhost:3000/logout', /on this machine/],
    ['https://127.0.0.1/logout', /on this machine/],
    ['https://[::1]/logout', /on this machine/],
    ['https://10.0.0.1/logout', /public address/],
    ['https://169.254.169.254/latest', /public address/],
    ['https://[::ffff:10.0.0.1]/', /public address/],
    ['https://intranet/logout', /public name/],
    [`https://app.example/${'x'.repeat(2000)}`, /at most 2000/],
  ])('%s is refused', (uri, problem) => {
    expect(problemOf({ backchannel_logout_uri: uri })).toMatch(problem);
  });

  it.each([7, true, ['https://app.example/'], {}])('%j is refused', (uri) => {
    expect(problemOf({ backchannel_logout_uri: uri })).toBeDefined();
  });

  it('may be on this machine if the issuer is, but not elsewhere without TLS', () => {
    for (const uri of ['http://localhost:4000/logout', 'http://127.0.0.1:81/', 'https://[::1]:9/']) {
      expect([uri, problemOf({ backchannel_logout_uri: uri }, local)]).toEqual([uri, undefined]);
    }
    expect(problemOf({ backchannel_logout_uri: 'http://app.example/' }, local)).toMatch(/begin with https/);
    expect(problemOf({ backchannel_logout_uri: 'https://10.0.0.1/' }, local)).toMatch(/public address/);
  });

  it.each(['https://app.example/logout?a=b', 'https://app.example:8443/', 'https://93.184.216.34/'])(
    '%s is accepted',
    (uri) => expect(problemOf({ backchannel_logout_uri: uri })).toBeUndefined(),
  );

  it('is refused for a service, to which nobody signs in', () => {
    const service = { type: 'service', redirect_uris: [], backchannel_logout_uri: 'https://app.example/logout' };
    expect(problemOf(service)).toMatch(/nobody signs in/);
  });

  it('is missing by default, and nothing more is required then', () => {
    expect(completeClient(app)).toMatchObject({
      backchannel_logout_uri: null,
      backchannel_logout_session_required: false,
    });
  });

  it.each(['yes', 1, []])('that the session is required cannot be said by %j', (value) => {
    const input = { ...app, backchannel_logout_session_required: value } as unknown as ClientInput;
    expect(() => completeClient(input)).toThrow('backchannel_logout_session_required');
  });
});
