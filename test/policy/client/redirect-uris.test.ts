import { describe, expect, it } from 'vitest';
import { checkRedirectUri } from '../../../src/policy/client/redirect-uris.ts';
import type { ClientType } from '../../../src/policy/client/types.ts';

const everybody: ClientType[] = ['web', 'spa', 'native'];

describe('a redirect URI may be registered', () => {
  const allowed: [string, ClientType[]][] = [
    ['https://app.example/callback', everybody],
    ['https://app.example', everybody],
    ['https://app.example/?next=%2Fhome', everybody],
    ['https://app.example:8443/callback', everybody],
    ['https://xn--bcher-kva.example/callback', everybody],
    ['http://localhost:5173/callback', everybody],
    ['http://127.0.0.1/callback', everybody],
    ['http://[::1]:4000/callback', everybody],
    ['https://localhost:5173/callback', ['web', 'spa']],
    ['com.example.app:/callback', ['native']],
    ['com.example.app://callback', ['native']],
  ];
  it.each(allowed)('%s', (uri, types) => {
    expect(everybody.filter((type) => checkRedirectUri(uri, type) === undefined)).toEqual(types);
  });
});

describe('a redirect URI is refused', () => {
  const refused: [string, RegExp][] = [
    ['', /1 to 2000/],
    [`https://app.example/${'a'.repeat(2000)}`, /1 to 2000/],
    ['urn:ietf:wg:oauth:2.0:oob', /uses the device flow/],
    ['urn:ietf:wg:oauth:2.0:oob:auto', /uses the device flow/],
    ['/callback', /not an absolute URI/],
    ['app.example/callback', /not an absolute URI/],
    ['https://', /not an absolute URI/],
    ['https://app.example/#', /fragment/],
    ['https://app.example/cb#x', /fragment/],
    ['https://*.app.example/cb', /wildcard/],
    ['https://app.example/*', /wildcard/],
    ['https://me@app.example/cb', /user name/],
    ['https://me:secret@app.example/cb', /user name/],
    ['https://@app.example/cb', /must be written as https:\/\/app.example\/cb/],
    ['https://app.example/c b', /characters/],
    [' https://app.example/cb', /characters/],
    ['https://app.example\\@evil.example/cb', /characters/],
    ['https://app.example/\0', /characters/],
    ['https://app.example/\n', /characters/],
    ['https://app.example/\u202e', /characters/],
    ['https://bücher.example/cb', /characters/],
    ['https://app.example/<script>', /characters/],
    ['http://app.example/cb', /http:\/\/ is for localhost only/],
    ['http://localhost.evil.example/cb', /http:\/\/ is for localhost only/],
    ['http://10.0.0.1/cb', /http:\/\/ is for localhost only/],
    ['HTTPS://app.example/cb', /must be written as https:\/\/app.example\/cb/],
    ['https://APP.example/cb', /must be written as/],
    ['https://app.example:443/cb', /must be written as/],
    ['https://app.example/a/../cb', /must be written as/],
    ['http://127.1/cb', /must be written as http:\/\/127.0.0.1\/cb/],
    ['javascript:alert(1)', /must not use the scheme javascript:/],
    ['JavaScript:alert(1)', /must not use the scheme/],
    ['data:text/html,x', /must not use the scheme data:/],
    ['vbscript:x', /must not use the scheme/],
    ['file:///etc/passwd', /must not use the scheme/],
    ['blob:https://app.example/x', /must not use the scheme/],
    ['about:blank', /must not use the scheme/],
    ['ws://app.example', /must not use the scheme/],
    ['wss://app.example', /must not use the scheme/],
    ['ftp://app.example/cb', /must begin with https/],
    ['myapp:/callback', /domain of yours in reverse/],
    ['localhost:3000/cb', /domain of yours in reverse/],
    ['.example:/cb', /not an absolute URI/],
    ['com.example.app:', /something after the scheme/],
  ];
  it.each(refused)('%j', (uri, reason) => {
    expect(checkRedirectUri(uri, 'native')).toMatch(reason);
    for (const type of everybody) expect(checkRedirectUri(uri, type)).toBeDefined();
  });
  it.each(['web', 'spa'] as const)('a redirect URI with a scheme of its own is refused for %s', (type) => {
    expect(checkRedirectUri('com.example.app:/callback', type)).toMatch(/must begin with https/);
  });
});

describe('a client that comes by itself', () => {
  it.each([
    ...[
      'mailto:a@b.example',
      'sip:a@b.example',
      'SIPS:a@b.example',
      'smsto:1',
      'callto:a',
      'skype:a',
      'facetime-audio:1',
    ],
    ...['telnet://b.example', 'tn3270://b.example', 'rlogin://b.example', 'vnc://b.example', 'rdp://b.example'],
    ...['ldap://b.example', 'ldaps://b.example', 'nfs://b.example/a', 'afp://b.example', 'webdav://b.example'],
    ...[
      'chrome://settings',
      'chrome-extension://abcdef/cb',
      'moz-extension://abcdef/cb',
      'safari-web-extension://a/cb',
    ],
    ...['edge://settings', 'resource://a', 'ms-settings:a', 'microsoft-edge:https://b.example', 'search-ms:a', 'jar:a'],
    ...[
      'webcal://b.example',
      'feed://b.example',
      'rtsp://b.example',
      'itms://b.example',
      'jnlp://b.example',
      'magnet:?a=b',
    ],
  ])('has no redirect URI that opens a program of the system: %s', (uri) => {
    expect(checkRedirectUri(uri, 'native', true)).toMatch(/must not use the scheme/);
  });

  it.each([
    'cursor://anysphere.cursor/cb',
    'vscode://a.b/cb',
    'com.example.app:/cb',
    'telnetics://cb',
    'chromatic:/cb',
  ])('may have a scheme of its own: %s', (uri) => {
    expect(checkRedirectUri(uri, 'native', true)).toBeUndefined();
  });
});
