/** The pages for a device: the code, the question, what became of it, and the consent that such an app asks for. */
import type { App } from '../../views/app-identity.ts';
import { deviceCodePage } from '../../views/device/code.ts';
import { deviceConfirmPage } from '../../views/device/confirm.ts';
import { deviceEndPage } from '../../views/device/end.ts';
import { consentPage } from '../../views/oauth/consent.ts';

export function devicePages({ verified, unchecked, now }: { verified: App; unchecked: App; now: Date }) {
  const question = {
    csrf: 'c',
    code: 'WXZB-BCDF',
    scopes: ['projects:read', 'deployments:write', 'ai:generate'],
    askedAt: new Date(now.getTime() - 90_000),
    now,
  };
  return {
    'device, code': deviceCodePage({ csrf: 'c' }),
    'device, unknown code': deviceCodePage({ csrf: 'c', typed: 'WXZB-BCDG', problem: { kind: 'unknown' } }),
    'device, too many wrong codes': deviceCodePage({
      csrf: 'c',
      typed: 'WXZB-BCDG',
      problem: { kind: 'throttled', retryAfterSeconds: 30, signIn: '/sign-in?next=/device' },
    }),
    'device, question': deviceConfirmPage({
      ...question,
      app: verified,
      address: '2001:db8:0:1:a1b2:c3d4:e5f6:789a',
      sameNetwork: false,
      program: { browser: undefined, system: 'Linux', handheld: false },
      email: 'demo@vibecaas.localhost',
    }),
    'device, question of an app that nobody checked': deviceConfirmPage({
      ...question,
      app: unchecked,
      address: '198.51.100.7',
      sameNetwork: true,
      program: undefined,
      email: undefined,
    }),
    'device, connected': deviceEndPage({ end: 'done' }),
    'device, stopped': deviceEndPage({ end: 'stopped' }),
    'device, expired code': deviceEndPage({ end: 'expired' }),
    'device, used code': deviceEndPage({ end: 'used' }),
    'consent for a device': consentPage({
      csrf: 'c',
      action: '/interaction/abc/consent',
      switchAction: '/interaction/abc/switch',
      app: verified,
      account: { email: 'demo@vibecaas.localhost' },
      redirectUri: undefined,
      required: ['projects:read'],
      optional: ['ai:generate'],
      lastsUntil: new Date('2027-11-24T00:00:00Z'),
    }),
  };
}
