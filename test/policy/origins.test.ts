/** Which origins may be registered, and whose scripts may act for a client (Fetch §3.2, RFC 8252 §7.3). */
import { describe, expect, it } from 'vitest';
import { checkOrigin, mayUseOrigin } from '../../src/policy/origins.ts';

describe('an origin may be registered', () => {
  it.each([
    'https://app.example',
    'https://app.example:8443',
    'http://localhost:5173',
    'http://127.0.0.1',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'app://obsidian.md',
  ])('%s', (origin) => expect(checkOrigin(origin)).toBeUndefined());
});

describe('an origin is refused', () => {
  it.each<[string, RegExp]>([
    ['null', /must not be null/],
    ['*', /wildcard/],
    ['https://*.app.example', /wildcard/],
    ['https://app.example/', /must be an origin alone: https:\/\/app.example/],
    ['https://app.example/cb', /must be an origin alone/],
    ['https://APP.example', /must be an origin alone/],
    ['https://app.example:443', /must be an origin alone/],
    ['https://me@app.example', /must be an origin alone/],
    ['http://app.example', /https/],
    ['http://localhost.evil.example', /https/],
    ['capacitor://', /not an origin/],
    ['capacitor:localhost', /not an origin/],
    ['capacitor://localhost/', /not an origin/],
    ['capacitor://local host', /not an origin/],
    ['file://', /not an origin/],
    ['data:text/html,x', /not an origin/],
    ['javascript://localhost', /not an origin/],
    ['blob:https://app.example', /not an origin/],
    ['app.example', /not an origin/],
    ['', /not an origin/],
    [`https://${'a'.repeat(400)}.example`, /not an origin/],
  ])('%j', (origin, says) => expect(checkOrigin(origin)).toMatch(says));
});

describe('the scripts of an origin', () => {
  const spa = { native: false, redirectUris: ['https://app.example/callback'], allowedOrigins: [] };
  const local = { native: false, redirectUris: ['http://localhost:5173/callback'], allowedOrigins: [] };
  const desk = {
    native: true,
    redirectUris: ['http://127.0.0.1/callback', 'com.example.app:/callback'],
    allowedOrigins: [],
  };
  const six = { native: true, redirectUris: ['http://[::1]:4000/callback'], allowedOrigins: [] };
  const phone = {
    native: true,
    redirectUris: ['com.example.app:/callback'],
    allowedOrigins: ['capacitor://localhost'],
  };
  it.each<[string, typeof spa | typeof phone, boolean]>([
    ['https://app.example', spa, true],
    ['https://app.example:8443', spa, false],
    ['http://app.example', spa, false],
    ['https://evil.example', spa, false],
    ['http://127.0.0.1', spa, false],
    ['null', spa, false],
    ['http://localhost:5173', local, true],
    ['http://localhost:5174', local, false],
    ['http://127.0.0.1', desk, true],
    ['http://127.0.0.1:51234', desk, true],
    ['http://localhost:51234', desk, false],
    ['https://127.0.0.1:51234', desk, false],
    ['http://127.0.0.1.evil.example', desk, false],
    ['http://127.0.0.1:51234/', desk, false],
    ['http://me@127.0.0.1:51234', desk, false],
    ['null', desk, false],
    ['http://[::1]:9', six, true],
    ['capacitor://localhost', phone, true],
    ['capacitor://localhost', desk, false],
    ['ionic://localhost', phone, false],
    ['null', phone, false],
  ])('%s for %j: %s', (origin, client, may) => expect(mayUseOrigin(origin, client)).toBe(may));

  it('the origin `null` may not act for a client, even if it is registered', () => {
    expect(mayUseOrigin('null', { native: true, redirectUris: ['com.example.app:/x'], allowedOrigins: ['null'] })).toBe(
      false,
    );
  });
});
