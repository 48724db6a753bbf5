import { describe, expect, it } from 'vitest';
import { maxAttempts, pauseSecondsAfter, retryAfterSecondsOf } from '../../src/policy/webhook-attempts.ts';
import { checkWebhookUrl } from '../../src/policy/webhook-urls.ts';

const rules = { local: false, ports: [443, 8443] };
const local = { local: true, ports: [443] };

describe('an endpoint is refused', () => {
  const cases: [string, RegExp][] = [
    ['', /whole address/],
    ['app.example/webhooks', /whole address/],
    ['https://app.example/web hooks', /whole address/],
    ['https:\\\\app.example', /whole address/],
    ['http://app.example/webhooks', /begin with https/],
    ['ftp://app.example/', /begin with https/],
    ['javascript:alert(1)', /https/],
    ['https://user:pass@app.example/', /user name or a password/],
    ['https://app.example/#part', /after #/],
    ['https://app.example:22/', /port 443 or 8443/],
    ['https://localhost/hook', /on this machine/],
    ['https://a.localhost/hook', /on this machine/],
    ['https://localhost./hook', /on this machine/],
    ['https://127.0.0.1/hook', /on this machine/],
    ['https://[::1]/hook', /on this machine/],
    ['https://0177.0.0.1/hook', /on this machine/],
    ['https://2130706433/hook', /on this machine/],
    ['https://0x7f.1/hook', /on this machine/],
    ['https://10.0.0.1/hook', /public address/],
    ['https://169.254.169.254/latest/meta-data', /public address/],
    ['https://[::ffff:127.0.0.1]/hook', /public address/],
    ['https://[64:ff9b::7f00:1]/hook', /public address/],
    ['https://intranet/hook', /public name/],
    ['https://intranet./hook', /public name/],
    [`https://app.example/${'x'.repeat(2000)}`, /at most 2000/],
  ];
  it.each(cases)('%s', (url, problem) => expect(checkWebhookUrl(url, rules)).toMatch(problem));
  it('with http to another host, even by an issuer on localhost', () => {
    expect(checkWebhookUrl('http://app.example/', local)).toMatch(/begin with https/);
    expect(checkWebhookUrl('ftp://localhost/', local)).toMatch(/http/);
  });
});

it.each([
  'https://app.example/webhooks?a=1',
  'https://app.example:8443/',
  'https://93.184.216.34/',
  'https://münchen.example/',
])('the endpoint %s is accepted', (url) => expect(checkWebhookUrl(url, rules)).toBeUndefined());

it.each(['http://localhost:4000/hook', 'http://127.0.0.1:81/', 'https://[::1]:9/'])(
  '%s is one for an issuer on localhost',
  (url) => expect(checkWebhookUrl(url, local)).toBeUndefined(),
);

it('ten attempts take about three days, with growing pauses that are never the same twice', () => {
  const pauses = Array.from({ length: maxAttempts }, (_, i) => pauseSecondsAfter(i + 1, 0));
  expect(pauses).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, undefined]);
  expect(pauseSecondsAfter(2, 1)).toBe(360);
});

it('an endpoint may ask for longer pauses, up to an hour, but not for shorter ones', () => {
  expect([pauseSecondsAfter(1, 0, 60), pauseSecondsAfter(1, 1, 60), pauseSecondsAfter(1, 0, 9e9)]).toEqual([
    60, 72, 3600,
  ]);
  expect([pauseSecondsAfter(1, 0, 1), pauseSecondsAfter(9, 0, 60), pauseSecondsAfter(maxAttempts, 0, 60)]).toEqual([
    5,
    86_400,
    undefined,
  ]);
});

it.each<[string | undefined, number]>([
  ['0', 0],
  ['120', 120],
  ['Tue, 24 Nov 2026 18:01:00 GMT', 60],
  ['Tuesday, 24-Nov-26 18:01:00 GMT', 60],
  ['Tue Nov 24 18:01:00 2026', 60],
  ['Tue, 24 Nov 2026 17:59:00 GMT', 0],
  [undefined, 0],
  ['', 0],
  ['-5', 0],
  ['1.5', 0],
  ['9'.repeat(11), 0],
  ['2026-11-24T18:01:00Z', 0],
  ['soon', 0],
  ['Tomorrow, at noon', 0],
])('Retry-After: %s asks for %d seconds, only with 429 and 503', (value, seconds) => {
  const now = new Date('2026-11-24T18:00:00Z');
  for (const status of [429, 503]) expect(retryAfterSecondsOf(status, value, now)).toBe(seconds);
  for (const status of [200, 301, 500, 502]) expect(retryAfterSecondsOf(status, value, now)).toBe(0);
});
