/**
 * A refused redirect address: the answer names the part that differs, and never shows which addresses are registered.
 */
import { expect, it } from 'vitest';
import { redirectDifference } from '../../../src/policy/client/redirect-difference.ts';
import { adviceOn } from '../../../src/policy/failure-advice.ts';

const registered = [
  'https://app.example/Callback',
  'https://app.example/other',
  'https://staging.app.example:8443/cb?tenant=a',
];

it.each<[received: string, wrong: RegExp, fix: RegExp]>([
  ['https://app.example/Callback/', /: only the slash at its end differs\.$/, /with or without the slash/],
  ['https://app.example/callback', /: only upper and lower case differ\.$/, /Write the path/],
  ['http://app.example/Callback', /: only its scheme differs\.$/, /behind a proxy/],
  ['https://app.example:444/Callback', /: only its port differs\.$/, /registered port/],
  ['https://www.app.example/Callback', /: only its host differs\.$/, /`www\.` makes another one/],
  ['https://app.example/auth', /: the host is registered, but not this path\.$/, /character for character/],
  ['https://staging.app.example:8443/cb?tenant=b', /: only its query differs\.$/, /`state`/],
  ['https://app.example/Callback#done', /: it has a fragment \(`#`\)\.$/, /never registered/],
  ['/Callback', /: it is not a complete address\.$/, /scheme and the host/],
  ['https%3A%2F%2Fapp.example%2FCallback', /: it was percent-encoded twice\.$/, /once/],
  ['HTTPS://APP.EXAMPLE/Callback', /: another spelling is\.$/, /character for character/],
  ['urn:ietf:wg:oauth:2.0:oob', /: it stands for a page that shows the code to copy/, /device flow \(RFC 8628\)/],
  ['https://evil.example/x', /registered for `demo`\.$/, /character for character/],
])('%s', (received, wrong, fix) => {
  const difference = redirectDifference(received, registered);
  expect(difference.wrong('`demo`')).toMatch(/^`redirect_uri` is not one of those registered for `demo`/);
  expect(difference.wrong('`demo`')).toMatch(wrong);
  expect(difference.fix).toMatch(fix);
  for (const address of registered) expect(`${difference.wrong('`demo`')} ${difference.fix}`).not.toContain(address);
});

it('each of these mistakes has a sentence of its own', () => {
  const received = [
    'https://app.example/Callback/',
    'http://app.example/Callback',
    'https://x.app.example/Callback',
    '/Callback',
    'https://app.example/a',
  ];
  expect(new Set(received.map((one) => redirectDifference(one, registered).wrong('it'))).size).toBe(received.length);
});

it('the answer says so if a client has no address', () => {
  expect(redirectDifference('https://app.example/cb', []).wrong('it')).toMatch(
    /: the app has no registered address\.$/,
  );
});

it('the record of failed requests says it too, for those who may see the registration', () => {
  const client = {
    redirect_uris: registered,
    grant_types: [],
    token_endpoint_auth_method: 'none',
    scope: '',
    status: 'active',
  };
  const failure = { error: 'invalid_redirect_uri', parameters: { redirect_uri: 'https://app.example/Callback/' } };
  const { wrong, fix } = adviceOn(failure, client);
  expect(wrong).toBe(
    '`redirect_uri` is not one of those registered for this client: only the slash at its end differs.',
  );
  expect(fix).toContain('Registered: `https://app.example/Callback`');
});
