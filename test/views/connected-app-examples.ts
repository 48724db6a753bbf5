/** The page of one connected app, in the states that change its shape. */
import { accountAppPage } from '../../views/account/app.ts';
import type { App } from '../../views/app-identity.ts';

interface Known {
  readonly verified: App;
  readonly unchecked: App;
  readonly own: App;
  readonly now: Date;
}

export function connectedAppPages({ verified, unchecked, own, now }: Known): Record<string, string> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
  const day = (days: number) => daysAgo(days).toISOString().slice(0, 10);
  const nothing = { read: 0, changed: 0, generated: 0, other: 0, refused: 0 };
  const quiet = Array.from({ length: 30 }, (_, index) => ({ day: day(29 - index), ...nothing }));
  const busy = quiet.map((one, index) => ({
    ...one,
    read: index % 7 < 2 ? 8 + index : 40 + index * 2,
    changed: index % 7 < 2 ? 0 : 3 + (index % 5),
    refused: index === 9 || index === 23 ? 3 : 0,
    projects: index % 2 ? ['checkout-api', 'docs-site'] : ['checkout-api'],
  }));
  const base = {
    csrf: 'csrf-value',
    email: 'demo@vibecaas.localhost',
    path: '/account/app/demo-app',
    since: daysAgo(52),
    connections: [
      { id: 'c1', since: daysAgo(2), lastRenewed: new Date(now.getTime() - 4 * 60_000) },
      { id: 'c2', since: daysAgo(52) },
    ],
    more: false,
    usage: busy,
    lastCall: { at: new Date(now.getTime() - 4 * 60_000), address: '203.0.113.24' },
    now,
  };
  const granted = ['openid', 'profile', 'email', 'projects:read', 'deployments:read', 'projects:write'];
  const ai = busy.map((one) => ({ ...one, generated: 4, other: 1 }));
  return {
    'a connected app': accountAppPage({ ...base, app: verified, granted }),
    'a connected app, in some projects': accountAppPage({
      ...base,
      app: verified,
      granted,
      notice: 'project',
      projects: {
        rows: [
          { id: 'proj_1', name: 'Bereitstellungsprotokollauswertungswerkzeug-4711' },
          { id: 'proj_2', name: 'proj_2' },
        ],
        others: false,
      },
    }),
    'a connected app, in some projects and others': accountAppPage({
      ...base,
      app: unchecked,
      granted,
      projects: { rows: [{ id: 'proj_1', name: '<b>checkout</b>' }], others: true },
    }),
    'a connected app, changed': accountAppPage({
      ...base,
      app: unchecked,
      granted: [...granted, 'ai:generate'],
      endsAt: daysAgo(-9),
      byOrganisation: ['projects:read', 'deployments:write'],
      usage: ai,
      notice: { removed: 'Deployments and logs' },
    }),
    'a connected app, quiet': accountAppPage({
      ...base,
      app: own,
      granted: ['projects:read'],
      connections: [],
      usage: quiet,
      lastCall: undefined,
      notice: 'ended',
    }),
    'a connected app, stopped': accountAppPage({
      ...base,
      app: verified,
      stopped: true,
      granted,
      connections: [],
      usage: quiet,
    }),
    'a connected app, ended': accountAppPage({
      ...base,
      app: unchecked,
      granted: ['projects:read'],
      connections: [],
      endsAt: daysAgo(1),
      usage: quiet,
      lastCall: undefined,
      notice: 'limited',
    }),
  };
}
