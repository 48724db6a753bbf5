/**
 * The name of a button says which of many things it acts on (WCAG 2.4.6, 4.1.2), even where all of them look alike.
 * axeFindings checks the other pages.
 */
import type { Browser } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { accountAppsPage } from '../../views/account/apps.ts';
import { yourAppSecretsPage } from '../../views/account/your-app-secrets.ts';
import { yourAppsPage } from '../../views/account/your-apps.ts';
import { accountPage } from '../../views/admin/accounts/index.ts';
import { clientSecretsPage } from '../../views/admin/clients/secrets.ts';
import { adminHomePage } from '../../views/admin/system/home.ts';
import { loadAxe, sameNames } from '../support/axe.ts';
import { sharedBrowser } from '../support/browser.ts';
import { demoNotes, now } from './examples.ts';
import { open } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await sharedBrowser();
});

const frame = { csrf: 'c', email: 'admin@example.com' } as never;
const fifteen = Array.from({ length: 15 }, (_, n) => n);
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const app = (clientId: string) => ({
  clientId,
  app: { ...demoNotes, clientId },
  granted: ['projects:read'],
  since: now,
  connections: 1,
});
const subject = {
  clientId: 'notes',
  name: 'Notes',
  app: demoNotes,
  state: 'verified',
  type: 'web',
  failures: 0,
} as const;
const head = {
  clientId: 'notes',
  path: '/account/your-apps/notes',
  name: 'Notes',
  state: 'draft',
  failed: 0,
  firstParty: false,
  hasSecrets: true,
  reviewed: true,
  editable: true,
  missing: 0,
} as const;
const twins = [
  { clientId: 'one', name: 'Demo Notes' },
  { clientId: 'two', name: 'demo  notes' },
];
const secrets = [1, 2].map((n) => ({ id: String(n), created: now }));

const account: Parameters<typeof accountPage>[0]['account'] = {
  id: 'acc_1',
  email: 'person@example.com',
  name: 'Person',
  admin: false,
  tier: 'free',
  suspended: false,
  passwordChangeRequired: false,
  secondStep: { totp: true, recoveryCodes: 8 },
  passkeys: [{ id: '1', name: 'Phone', created: now }],
  created: now,
  apps: [],
  owned: { clients: [], more: false },
  sessions: [],
  own: false,
};

const pages: Record<string, () => string> = {
  'fifteen sessions of one hour': () =>
    accountPage({
      tiers: ['free', 'pro'],
      frame,
      account: {
        ...account,
        sessions: fifteen.map((n) => ({ id: `session-${n}`, signedIn: ago(2), lastSeen: ago(2) })),
      },
      notes: [],
      problems: {},
      typed: { name: 'Person', tier: 'free' },
      now,
    }),
  'connected apps of one name, at an admin': () =>
    accountPage({
      tiers: ['free', 'pro'],
      frame,
      account: {
        ...account,
        apps: twins.map((twin) => ({ ...twin, granted: ['projects:read'], since: now, connections: 1 })),
      },
      notes: [],
      problems: {},
      typed: { name: 'Person', tier: 'free' },
      now,
    }),
  'connected apps of one name': () =>
    accountAppsPage({ csrf: 'c', email: 'person@example.com', apps: [app('one'), app('two')], now }),
  'what needs somebody, of apps of one name': () =>
    adminHomePage({
      frame,
      needs: {
        failing: twins.map((twin) => ({ ...twin, percent: '38 %', failed: 38, people: '3 people' })),
        webhooks: twins.map((twin) => ({ ...twin, url: 'https://hooks.example/', undelivered: '3' })),
        streams: twins.map((twin) => ({ ...twin, since: now, paused: false })),
        logouts: twins.map((twin) => ({ ...twin, url: 'https://a.example/', undelivered: { count: 3, said: '3' } })),
        reviews: twins.map((twin) => ({ ...twin, since: now, people: '3 people', again: false })),
        moreReviews: 0,
        waiting: twins.map((twin) => ({ ...twin, since: now, people: 3 })),
        secrets: twins.map((twin) => ({ ...twin, ending: 'vcs_cs_…u2Tq', ends: now, lastUsed: now })),
      },
      tiles: [],
      now,
    }),
  'apps of one name that fail, at their owner': () =>
    yourAppsPage({
      csrf: 'c',
      email: 'person@example.com',
      admin: false,
      apps: twins.map(
        (twin) =>
          ({
            ...twin,
            path: `/account/your-apps/${twin.clientId}`,
            state: 'draft',
            firstParty: false,
            people: 1,
            share: 0.5,
            fails: true,
          }) as never,
      ),
      supportUrl: undefined,
      playground: false,
      now,
    }),
  'secrets without last characters': () =>
    clientSecretsPage({ frame, issuer: 'https://auth.example', subject, secrets, notes: [], now }),
  'secrets at their owner': () =>
    yourAppSecretsPage({
      csrf: 'c',
      email: 'person@example.com',
      admin: false,
      head,
      secrets,
      issuer: 'https://auth.example',
      now,
    } as never),
};

async function expectDistinct(html: string): Promise<void> {
  const { page, close } = await open(browser, html);
  await loadAxe(page);
  expect(await sameNames(page)).toEqual([]);
  await close();
}

it.each(Object.keys(pages))('no two controls with the same name do different things on %s', (title) =>
  expectDistinct((pages[title] as () => string)()),
);
