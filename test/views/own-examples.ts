/** The pages of a person who builds apps, in the states that change their shape. */
import { yourAppPage } from '../../views/account/your-app.ts';
import { yourAppComparePage, yourAppEditPage } from '../../views/account/your-app-edit.ts';
import { yourAppFailuresPage } from '../../views/account/your-app-failures.ts';
import { yourAppReviewPage } from '../../views/account/your-app-review.ts';
import { yourAppSecretRemovalPage, yourAppSecretsPage } from '../../views/account/your-app-secrets.ts';
import { yourAppsPage } from '../../views/account/your-apps.ts';

const now = new Date('2026-11-24T07:52:44Z');
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);

const head = {
  clientId: 'vcs_c_notes',
  path: '/account/your-apps/vcs_c_notes',
  name: 'Notes',
  firstParty: false,
  state: 'draft' as const,
  failed: 12,
  hasSecrets: true,
  reviewed: true,
  editable: true,
  missing: 2,
};
const frame = { csrf: 'c', email: 'demo@vibecaas.localhost', admin: false, head };

const wrong = '`redirect_uri` is not registered.';
const fix = 'Register it, or send one that is.';
const newest = {
  at: now,
  error: 'invalid_redirect_uri',
  wrong,
  fix,
  request_id: 'req_01KASV6W2M8QZ4T7C3XN',
  by: 'stranger' as const,
  mine: true,
  parameters: { redirect_uri: 'https://notes.example/cb', code: null },
};
const failure = { id: '1', endpoint: 'authorize', description: wrong, ...newest };
const failures = { failures: [failure], page: 1, pages: 2, total: 2, now };

const day = (n: number) => daysAgo(n).toISOString().slice(0, 10);
const days = [2, 1, 0].map((n) => ({
  day: day(n),
  tokens: { authorization_code: n * 40, refresh_token: 9, client_credentials: 0, token_exchange: n, id_jag: 0 },
  errors: n,
  strangers: 1,
  refresh_token_reuses: 0,
}));
const sent = { requests: 300, share: 0.034 };
const activity = {
  service: false,
  people: { now: 1204, byDay: days.map(({ day: one }, i) => ({ day: one, count: 1200 + 2 * i, added: 2 * i })) },
  requests: { today: sent, week: sent, before: { requests: 200, share: 0 } },
  days,
  groups: [newest, newest, newest, newest].map((one) => ({ newest: one, count: 3 })),
  usage: days.map(({ day: one }, n) => ({
    day: one,
    read: 40 * n,
    changed: n,
    generated: 0,
    other: 0,
    refused: 1,
    people: n,
  })),
  limit: 100,
  lastUsed: now,
  now,
};

const listed = { clientId: 'vcs_c_notes', path: head.path, name: 'Notes', firstParty: false, people: 12, fails: false };
const list = {
  csrf: 'c',
  email: 'demo@vibecaas.localhost',
  admin: false,
  supportUrl: undefined,
  playground: true,
  now,
};

const secret = { id: '7', lastFour: 'u2Tq', created: daysAgo(9), expires: daysAgo(-5), lastUsed: daysAgo(3) };
const fresh = { id: '8', lastFour: '9aZz', created: now };
const secrets = { secrets: [fresh, secret], issuer: 'https://auth.vibecaas.com', now };

const facts = [
  { name: 'policy_uri', label: 'policy_uri', hint: '', given: false },
  { name: 'owner_name', label: 'owner_name', hint: '', given: true },
];
const history = (['submitted', 'sent_back', 'reopened'] as const).map((what) => ({ what, at: now, reason: 'Ask' }));
const review = { facts, demanded: ['projects:write'], redirectUris: [], history, limit: 100 };

const edit = { fields: [], values: {}, problems: { client_name: 'is missing' }, asOf: '1', verified: true };

export const ownPages = (): Record<string, string> => ({
  'your apps': yourAppsPage({
    ...list,
    apps: [
      { ...listed, state: 'draft', share: 0.4, fails: true, lastUsed: daysAgo(2) },
      { ...listed, state: 'suspended', clientId: 'b', people: undefined },
    ],
  }),
  'your apps, none': yourAppsPage({ ...list, apps: [] }),
  'your app': yourAppPage({ ...frame, ...activity, notice: 'saved' }),
  'your app, quiet': yourAppPage({
    ...frame,
    head: { ...head, failed: 0, missing: 0 },
    ...activity,
    people: { now: 0, byDay: [] },
    days: [],
    groups: [],
    usage: [],
  }),
  'your app, failed requests': yourAppFailuresPage({ ...frame, ...failures }),
  'your app, no failed request': yourAppFailuresPage({ ...frame, ...failures, failures: [], total: 0, pages: 1 }),
  'your app, no such request': yourAppFailuresPage({
    ...frame,
    ...failures,
    failures: [],
    total: 0,
    pages: 1,
    request: 'req_none',
  }),
  'your app, secrets': yourAppSecretsPage({ ...frame, ...secrets, secret: 'vcs_cs_a-secret', overtaken: true }),
  'your app, no secret': yourAppSecretsPage({ ...frame, ...secrets, secrets: [] }),
  'your app, removal of a secret': yourAppSecretRemovalPage({ ...frame, secret, others: 0, now }),
  'your app, review': yourAppReviewPage({ ...frame, ...review }),
  'your app, in review': yourAppReviewPage({ ...frame, head: { ...head, state: 'in_review' }, ...review }),
  'your app, editing': yourAppEditPage({ ...frame, ...edit, overtaken: true }),
  'your app, comparing': yourAppComparePage({
    ...frame,
    changes: [{ label: 'client_name', before: [], after: ['Notes'] }],
    reopens: true,
    kept: [],
  }),
});
