/** The pages of signing in with another provider. */
import { afterResetNote } from '../../views/account/after-reset.ts';
import { otherWayNote, otherWaysSection } from '../../views/account/other-ways.ts';
import { accountSecurityPage } from '../../views/account/security.ts';
import type { App } from '../../views/app-identity.ts';
import { signInPage } from '../../views/oauth/sign-in.ts';
import { upstreamProblemPage } from '../../views/oauth/upstream-problem.ts';

const now = new Date('2026-11-27T12:00:00Z');
const upstreams = [
  { action: '/sign-in/with/example', title: 'Example ID', icon: 'card' },
  { action: '/sign-in/with/github', title: 'GitHub', icon: 'github' },
  { action: '/sign-in/with/own', title: 'A provider whose name has forty letters', icon: 'own' },
] as const;
const problem = {
  title: 'Example ID',
  back: '/sign-in',
  again: undefined,
  connects: false,
  requestId: 'req_a',
  time: now,
};
const connected = { label: 'd.account@example.com', since: new Date('2026-03-02T12:00:00Z'), lastUsed: now };

export const upstreamPages = (app: App): Record<string, string> => ({
  'sign-in with other providers': signInPage({ csrf: 'c', action: '/sign-in', app, upstreams }),
  'security with other ways in': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    warnings: [afterResetNote({ back: '/interaction/abc/second-step' }), otherWayNote('needed')],
    after: [
      otherWaysSection(
        [
          { name: 'example', title: 'Example ID', icon: 'card', connected },
          {
            name: 'own',
            title: 'Home',
            icon: 'own',
            connected: { ...connected, label: undefined, lastUsed: undefined },
          },
          { name: 'github', title: 'GitHub', icon: 'github', connected: undefined },
        ],
        'c',
        now,
      ),
    ],
  }),
  'security without a password': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    noPassword: { byMail: true },
  }),
  'security, another way in connected': accountSecurityPage({
    csrf: 'c',
    email: 'demo@vibecaas.localhost',
    warnings: [otherWayNote('connected')],
  }),
  'another provider opens no account': upstreamProblemPage({ ...problem, problem: 'unknown' }),
  'the home is down': upstreamProblemPage({ ...problem, problem: 'down', again: '/sign-in' }),
  'the home opens no account': upstreamProblemPage({ ...problem, problem: 'unknown', again: '/sign-in' }),
  'another provider connected elsewhere': upstreamProblemPage({ ...problem, problem: 'taken', connects: true }),
});

/** States that differ only in words. */
export const upstreamTexts = (): Record<string, string> =>
  Object.fromEntries([
    ...(['refused', 'denied', 'not-asked', 'over', 'has-another'] as const).map((kind) => [
      `another provider: ${kind}`,
      upstreamProblemPage({ ...problem, problem: kind }),
    ]),
    [
      'security, another way in disconnected',
      accountSecurityPage({ csrf: 'c', email: 'demo@vibecaas.localhost', warnings: [otherWayNote('disconnected')] }),
    ],
  ]);
