/** The pages of admins and the playground, with every text that they can show, in the current language. */

import { fieldWords } from '../../src/web/admin/clients/field-words.ts';
import { rulesOf, rulesOfNew } from '../../src/web/admin/clients/form.ts';
import { failedTile, gaugeTile, tokensTile } from '../../src/web/admin/tiles.ts';
import { stepsOf } from '../../src/web/playground/steps.ts';
import { accountActPage, accountActs } from '../../views/admin/accounts/acts.ts';
import {
  adminApiKeyPage,
  adminApiKeyRevocationPage,
  adminApiKeysPage,
  type FoundKey,
} from '../../views/admin/accounts/api-keys.ts';
import { accountPage } from '../../views/admin/accounts/index.ts';
import { type InvitationRow, invitationsPage, newInvitationPage } from '../../views/admin/accounts/invitations.ts';
import { accountsPage } from '../../views/admin/accounts/list.ts';
import { newAccountPage } from '../../views/admin/accounts/new.ts';
import { clientActivityPage } from '../../views/admin/clients/activity.ts';
import { clientErrorsPage } from '../../views/admin/clients/errors.ts';
import { editClientPage, newClientPage, similarNamesNote } from '../../views/admin/clients/form.ts';
import { clientHistoryPage } from '../../views/admin/clients/history.ts';
import { clientPage, overtakenNote } from '../../views/admin/clients/index.ts';
import { clientsPage } from '../../views/admin/clients/list.ts';
import { clientLogoPage, logoRemovalPage } from '../../views/admin/clients/logo.ts';
import { clientPeoplePage } from '../../views/admin/clients/people.ts';
import { clientComparePage } from '../../views/admin/clients/review.ts';
import { clientReviewPage } from '../../views/admin/clients/review-section.ts';
import { secretRemovalPage } from '../../views/admin/clients/secret-removal.ts';
import { clientSecretsPage } from '../../views/admin/clients/secrets.ts';
import { clientStopPage } from '../../views/admin/clients/stop.ts';
import { auditPage } from '../../views/admin/system/audit.ts';
import { adminHomePage } from '../../views/admin/system/home.ts';
import { keysPage } from '../../views/admin/system/keys.ts';
import { type LeakedRow, leakedPage } from '../../views/admin/system/leaked.ts';
import { statisticsPage } from '../../views/admin/system/statistics.ts';
import { deliveryPage } from '../../views/admin/webhooks/delivery.ts';
import { webhooksPage } from '../../views/admin/webhooks/index.ts';
import { m } from '../../views/messages/index.ts';
import { playgroundPage } from '../../views/playground/index.ts';
import { leakedDemoPage } from '../../views/playground/leaked.ts';
import { goneDocument } from './document-examples.ts';
import { signalPages } from './signal-examples.ts';
import { thirdPartyPages } from './third-party-examples.ts';

const now = new Date('2026-11-24T07:52:44Z');
const ago = (days: number): Date => new Date(now.getTime() - days * 86_400_000);
const later = (days: number): Date => ago(-days);

const leakedRows: LeakedRow[] = [
  { kind: 'api_key', shown: 'vcs_sk_live_…9u2T', outcome: 'revoked', name: 'Build server', accountId: 'acc_1' },
  {
    ...{
      kind: 'client_secret',
      shown: 'vcs_cs_…x4Qa',
      outcome: 'revoked',
      name: 'Notes',
      clientId: 'notes',
      isLast: true,
    },
  },
  { kind: 'refresh_token', shown: 'vcs_rt_…77bC', outcome: 'ended' },
  { kind: 'registration_token', shown: 'vcs_ra_…0aZZ', outcome: 'unknown' },
];

const clientId = 'vcs_client_3f9a0c1d2e4b5a6978';
/** A name of a single long word. */
export const appName = 'Benutzerverwaltungsanwendung';
const name = appName;
const app = { clientId, name, standing: 'verified' as const };
const subject = {
  clientId,
  name,
  app,
  state: 'verified' as const,
  type: 'web' as const,
  owner: 'Example Company Ltd',
  people: '8,114',
  failures: 12,
  secrets: 2,
};
const draft = { ...subject, state: 'draft' as const, app: { ...app, standing: 'unchecked' as const } };
const service = {
  ...subject,
  state: 'suspended' as const,
  type: 'service' as const,
  people: undefined,
  secrets: undefined,
};
const frame = { csrf: 'c', email: 'admin@vibecaas.localhost' };
const links = {
  next: '?page=2',
  numbers: [{ page: 1, href: '?' }, { page: undefined }, { page: 400, href: '?page=400' }],
  number: 1,
  from: 1,
  to: 25,
  total: 10_000,
  more: true,
};
const empty = { numbers: [], number: 1, from: 1, to: 0, total: 0, more: false };
const scopes = ['projects:read', 'projects:write', 'ai:generate'];
const secrets = [
  { id: '2', lastFour: 'u2Tq', created: ago(1) },
  { id: '1', created: ago(200), lastUsed: ago(0), expires: later(6) },
];
const days = [2, 1, 0].map((n) => ({
  day: ago(n).toISOString().slice(0, 10),
  tokens: { authorization_code: n * 1_400_000, refresh_token: 9, client_credentials: 0, token_exchange: n, id_jag: 0 },
  errors: 40 - n,
  strangers: 1,
  refresh_token_reuses: 1,
}));
const totals = { tokens: 1_204_312, errors: 120, strangers: 3, reuses: 1 };
const tiles = () => [
  tokensTile(days.map(({ tokens }) => tokens.authorization_code)),
  tokensTile([0, 0, 3]),
  failedTile(days),
  failedTile([...days.slice(0, 2), { ...days[2], errors: 0 }] as typeof days),
  ...[gaugeTile(m().adminSystem.tiles.apps, [10, 12]), gaugeTile(m().adminSystem.tiles.people, [3, 3])].filter(
    (tile) => tile !== undefined,
  ),
];
const failure = {
  id: '1',
  at: now,
  requestId: 'req_01KASV6W2M8QZ4T7C3XN',
  clientId,
  endpoint: 'token',
  error: 'invalid_grant',
  description: 'grant request is invalid',
  wrong: '`code` was used before.',
  fix: 'Exchange each code once.',
  by: 'stranger' as const,
  parameters: [['code', null]] as [string, null][],
};
const events = (['submitted', 'verified', 'reopened', 'sent_back', 'suspended', 'resumed'] as const).map((what) => ({
  what,
  by: 'admin@example.com',
  at: ago(3),
  reason: 'asked by its owner',
}));
const changes = () => [{ label: fieldWords('redirect_uris').label, before: [], after: ['https://app.example/cb'] }];
const says = () => [{ label: fieldWords('client_uri').label, values: ['https://app.example/'], isAddress: true }];
const values = {
  texts: { client_name: name },
  scope: scopes,
  optional_scope: ['ai:generate'],
  default_scope: ['projects:read'],
  first_party: false,
  client_credentials: false,
  device_code: false,
};
const covered = () => [fieldWords('client_name').phrase, fieldWords('redirect_uris').phrase];

const clients = (): Record<string, string> => ({
  ...thirdPartyPages(),
  ...signalPages(),
  'playground, a secret leaks': leakedDemoPage({ csrf: 'c' }),
  'playground, no leaked key': leakedDemoPage({ csrf: 'c', keys: [] }),
  'playground, leaked keys': leakedDemoPage({
    csrf: 'c',
    keys: [
      { shown: 'vcs_sk_live_…9u2T', ended: true, before: 200, after: 401, tookMs: 104 },
      { shown: 'vcs_sk_live_…x4Qa', ended: false, before: 401, after: 401, tookMs: 3 },
      { shown: 'vcs_sk_live_…77bC', ended: true, before: 200, after: 503, tookMs: 3 },
    ],
  }),
  'admin, leaked secrets': leakedPage({ frame }),
  'admin, leaked secrets without a text': leakedPage({ frame, isMissing: true, place: 'ticket 4711' }),
  'admin, no leaked secret': leakedPage({ frame, rows: [] }),
  'admin, leaked secrets that had ended': leakedPage({ frame, rows: leakedRows.slice(2) }),
  'admin, leaked secrets that end': leakedPage({ frame, rows: leakedRows }),
  'admin, clients': clientsPage({
    frame: { ...frame, notice: 'deleted' },
    registered: '8,140',
    waiting: 3,
    filter: { q: 'notes', type: 'web', state: 'draft' },
    order: { by: 'name', descending: true },
    heads: { name: { href: '?', sorted: 'descending' }, created: { href: '?' } },
    rows: (['draft', 'in_review', 'verified', 'suspended'] as const).map((state) => ({
      clientId,
      name,
      type: 'service',
      gateway: true,
      state,
      own: false,
      people: '8,114',
      created: ago(90),
    })),
    links,
  }),
  'admin, no client matches': clientsPage({
    frame,
    registered: '1',
    waiting: 0,
    filter: { q: 'notes', type: 'web', state: 'draft' },
    order: { by: 'created', descending: false },
    heads: { name: { href: '?' }, created: { href: '?' } },
    rows: [],
    links: empty,
  }),
  'admin, no client': clientsPage({
    frame,
    registered: '0',
    waiting: 0,
    filter: {},
    order: { by: 'created', descending: false },
    heads: { name: { href: '?' }, created: { href: '?' } },
    rows: [],
    links: empty,
  }),
  'admin, client': clientPage({
    frame,
    subject,
    client: {
      gatewayOf: 'https://api.example',
      authMethod: 'workload_identity',
      workloads: [
        { issuer: 'https://issuer.example', subject: 'system:serviceaccount:a-long-namespace:a-long-worker' },
      ],
      ownerAccount: { id: '1', email: 'ada@example.com' },
      says: says(),
      grantTypes: ['authorization_code'],
      required: scopes,
      optional: ['analytics:read'],
      byDefault: ['projects:read'],
      ownAsks: 'never',
      created: ago(90),
      history: events,
      limit: 100,
      hasLogo: false,
      document: goneDocument,
      decisions: [
        {
          field: 'redirect_uris',
          label: fieldWords('redirect_uris').label,
          holds: ['https://app.example/'],
          own: ['https://app.example/', 'https://app.example/'],
          isAddress: true,
        },
        {
          field: 'client_name#ja',
          label: fieldWords('client_name#ja').label,
          holds: [],
          own: [name],
          isAddress: false,
        },
      ],
    },
    tiles: tiles(),
    notes: [similarNamesNote([{ clientId: 'x', name: 'Demo Notes' }]) as never],
  }),
  'admin, people': clientPeoplePage({
    frame,
    subject,
    rows: [0, 2].map((connections) => ({
      accountId: '1',
      email: 'ada@example.com',
      granted: connections > 0 ? scopes : [],
      byOrganisation: ['projects:read', 'deployments:write'],
      since: ago(40),
      connections,
      lastUsed: ago(1),
    })),
    links,
    now,
  }),
  'admin, no people': clientPeoplePage({ frame, subject: draft, rows: [], links: empty, now }),
  'admin, failed requests': clientErrorsPage({
    frame,
    subject,
    request: 'r',
    sender: 'unknown',
    rows: [failure],
    links,
  }),
  'admin, no failed requests': clientErrorsPage({ frame, rows: [], links: empty }),
  'admin, no such failed request': clientErrorsPage({ frame, request: 'r', rows: [], links: empty }),
  'admin, no failed request of a sender': clientErrorsPage({ frame, sender: 'known', rows: [], links: empty }),
  'admin, activity': clientActivityPage({
    frame,
    subject,
    people: '1',
    connections: '2',
    lastUsed: ago(0),
    totals,
    days,
    usage: days.map(({ day }) => ({ day, read: 3, changed: 1, generated: 1, other: 0, refused: 2, people: 7 })),
    now,
  }),
  'admin, no activity': clientActivityPage({
    frame,
    subject: service,
    people: '0',
    connections: '0',
    totals: { tokens: 0, errors: 0, strangers: 0, reuses: 0 },
    days,
    usage: [],
    now,
  }),
  'admin, new client': newClientPage({
    frame,
    rules: rulesOfNew(undefined),
    values,
    problems: { type: m().adminClientForm.typeNeeded, grant_types: 'must be among', scope: 'must have one' },
    kept: {},
  }),
  'admin, edit a client': editClientPage({
    frame,
    subject,
    verified: true,
    covered: covered(),
    rules: rulesOf('service'),
    values,
    problems: { client_name: 'must have 1 to 80 characters', jwks: 'must be JSON' },
    kept: {},
    notes: [overtakenNote({ ...m().adminClientActs.review.changed })],
  }),
  'admin, compare': clientComparePage({ frame, subject, changes: changes(), notes: [], kept: [] }),
  'admin, history': clientHistoryPage({ frame, subject: draft, rows: [], links: empty }),
  'admin, secrets': clientSecretsPage({
    frame,
    issuer: 'https://id.example',
    subject,
    secrets,
    secret: 's',
    notes: [],
    now,
  }),
  'admin, no secrets': clientSecretsPage({
    frame,
    issuer: 'https://id.example',
    subject: draft,
    secrets: [],
    notes: [],
    now,
  }),
  'admin, one secret': clientSecretsPage({
    frame,
    issuer: 'https://id.example',
    subject: draft,
    secrets: secrets.slice(0, 1),
    notes: [],
    now,
  }),
  ...Object.fromEntries(
    secrets.map((secret) => [
      `admin, remove secret ${secret.id}`,
      secretRemovalPage({ frame, subject, secret, living: secrets, seen: '', problems: {}, reason: '', now }),
    ]),
  ),
  'admin, remove the only secret': secretRemovalPage({
    frame,
    subject,
    secret: secrets[0] as never,
    living: secrets.slice(0, 1),
    seen: '',
    problems: { reason: m().adminFrame.reasonNeeded },
    reason: '',
    now,
  }),
  'admin, stop': clientStopPage({
    frame,
    subject,
    cost: { withTokens: 8114, allowing: 1 },
    after: 'returns',
    problems: { confirm: m().adminClientActs.stop.notTyped, reason_delete: m().adminFrame.reasonNeeded },
    typed: {},
  }),
  'admin, stop a service': clientStopPage({
    frame,
    subject: service,
    cost: { withTokens: 0, allowing: 0 },
    after: 'gone',
    problems: {},
    typed: {},
  }),
  'admin, logo': clientLogoPage({ frame, subject: { ...subject, app: { ...app, logo: '/logos/x' } } }),
  'admin, no logo': clientLogoPage({ frame, subject, problem: 'must be a picture' }),
  'admin, remove the logo': logoRemovalPage({ frame, subject, people: 12, reason: '' }),
  'admin, remove the logo of an app of our own': logoRemovalPage({
    frame,
    subject: { ...subject, app: { ...subject.app, standing: 'own' } },
    people: 0,
    reason: '',
  }),
  'admin, remove the logo of nobody': logoRemovalPage({ frame, subject, people: 0, reason: '' }),
  ...Object.fromEntries(
    (['draft', 'in_review', 'verified', 'suspended'] as const).map((state) => [
      `admin, review, ${state}`,
      clientReviewPage({
        frame,
        subject: { ...subject, state },
        version: '1',
        says: says(),
        scopes: { required: scopes, optional: [] },
        covered: covered(),
        facts: [
          { what: fieldWords('description').label, there: true },
          { what: fieldWords('policy_uri').label, there: false },
        ],
        changedSince: changes(),
        events,
        notes: [],
        problems: {},
        typed: {},
      }),
    ]),
  ),
});

const deliveries = (status?: 'pending' | 'failed') => ({
  rows: (['pending', 'delivered', 'failed'] as const).map((one) => ({
    id: 'evt_1',
    type: 'grant.revoked',
    status: one,
    attempts: 3,
    last: { status: 410 },
    created: now,
  })),
  ...(status && { status }),
  links,
});
const endpoint = { url: 'https://app.example/hook', events: ['grant.revoked'], enabled: true };
const labels = () => m().adminWebhooks.one.eventLabels;
const webhook = {
  frame,
  subject,
  values: endpoint,
  problems: {},
  typed: '',
  reason: '',
  now,
};

const webhooks = (): Record<string, string> => ({
  'admin, webhook': webhooksPage({
    ...webhook,
    events: Object.entries(labels()).map(([value, label]) => ({ value, label })),
    webhook: { ...endpoint, version: '1', disabledReason: 'gone', secrets },
    secret: 'whsec_1',
    deliveries: deliveries('failed'),
    problems: { events: m().adminFrame.dayProblem, since: m().adminFrame.dayProblem },
  }),
  'admin, webhook that is off': webhooksPage({
    ...webhook,
    events: [],
    webhook: { ...endpoint, enabled: false, version: '1', disabledReason: 'failing', secrets: [] },
    deliveries: { ...deliveries('pending'), rows: [] },
  }),
  'admin, no webhook': webhooksPage({ ...webhook, events: [], deliveries: { rows: [], links: empty } }),
  'admin, logout tokens without a webhook': webhooksPage({
    ...webhook,
    events: [],
    logoutUri: `https://app.example/${'backchannel-logout'.repeat(12)}`,
    deliveries: deliveries('failed'),
  }),
  'admin, delivery': deliveryPage({
    frame,
    subject,
    delivery: { id: 'evt_1', type: 'grant.revoked', status: 'failed', body: '{}', created: now, due: later(1) },
    attempts: [{ number: 1, at: now, milliseconds: 1200, status: 500, response: 'no' }],
    enabled: true,
  }),
  'admin, delivery not attempted': deliveryPage({
    frame,
    subject,
    delivery: { id: 'evt_1', type: 'grant.revoked', status: 'pending', body: '{}', created: now },
    attempts: [],
    enabled: false,
  }),
});

const account = {
  id: 'acc_1',
  email: 'ada@example.com',
  name: 'Ada',
  admin: false,
  tier: 'free',
  suspended: false,
  passwordChangeRequired: false,
  secondStep: { totp: true, recoveryCodes: 8 },
  passkeys: [
    { id: '1', name, authenticator: 'iCloud Keychain', created: ago(30), lastUsed: ago(1) },
    { id: '2', name: 'Key', created: ago(9) },
  ],
  externalId: 'legacy-1',
  created: ago(400),
  apps: [2, 0].map((connections) => ({
    clientId: `c${connections}`,
    name,
    granted: scopes,
    byOrganisation: connections > 0 ? [] : ['deployments:write'],
    since: ago(9),
    connections,
  })),
  owned: { clients: [{ clientId, name, state: 'draft' as const }], more: true },
  sessions: [
    { id: '1', address: '192.0.2.1', signedIn: ago(2), lastSeen: ago(1) },
    { id: '2', browser: { browser: 'Firefox', system: 'Linux', handheld: false }, lastSeen: ago(1) },
  ],
  own: false,
};
const ofAccount = { frame, tiers: ['free', 'pro'], problems: {}, typed: { name: 'Ada', tier: 'free' }, now };

const invitation = (state: InvitationRow['state']): InvitationRow => ({
  id: state,
  address: 'ada@example.com',
  admin: state === 'sent',
  inviter: name,
  state,
  invited: ago(3),
  expires: later(4),
  resend: true,
  withdraw: true,
  ...(state === 'accepted' && { accountId: 'acc_1' }),
});

const accounts = (): Record<string, string> => ({
  'admin, accounts': accountsPage({
    frame,
    filter: { q: 'ada', status: 'active', role: 'admin' },
    rows: [true, false].map((flag) => ({ ...account, admin: flag, suspended: flag })),
    links,
  }),
  'admin, API keys': adminApiKeysPage({
    frame: { ...frame, notice: 'key-revoked' },
    sought: '9u2T',
    keys: foundKeys,
    now,
  }),
  'admin, an API key': adminApiKeyPage({
    frame,
    key: {
      ...foundKey,
      owner: { id: 'acc_2', email: `${'a-long-local-part.'.repeat(3)}ada@subsidiary.department.example.com` },
      projects: ['checkout-api', 'docs-site'],
      networks: ['203.0.113.0/24', '198.51.100.0/24'],
      expires: new Date(now.getTime() + 864e6),
    },
    usage: keyUsage,
    lastCall: { at: new Date(now.getTime() - 240_000), address: '203.0.113.24' },
    now,
  }),
  'admin, an API key, its networks were typed wrong': adminApiKeyPage({
    frame,
    key: foundKey,
    usage: [],
    now,
    typed: { networks: '10.0.0.0/40', reason: '' },
    problems: { networks: 'must have at least one', reason: 'is missing' },
  }),
  'admin, an API key that has ended': adminApiKeyPage({ frame, key: { ...foundKey, revoked: now }, usage: [], now }),
  'admin, API keys, no search': adminApiKeysPage({ frame, keys: [], now }),
  'admin, no such API key': adminApiKeysPage({ frame, sought: '0000', keys: [], now }),
  'admin, revoke an API key': adminApiKeyRevocationPage({
    frame,
    key: foundKey,
    reason: '',
    problems: { reason: 'is missing' },
  }),
  'admin, invitations': invitationsPage({
    frame,
    rows: (Object.keys(m().adminInvitations.states) as InvitationRow['state'][]).map(invitation),
    links,
    closed: false,
  }),
  'admin, invitations in one state': invitationsPage({ frame, state: 'sent', rows: [], links: empty, closed: true }),
  'admin, no invitation': invitationsPage({ frame, rows: [], links: empty, closed: true }),
  'admin, nobody invited': invitationsPage({ frame, rows: [], links: empty, closed: false }),
  'admin, new invitation': newInvitationPage({
    frame,
    values: { email: 'ada@example.com', name: '', tier: 'free', language: 'de', admin: true, reason: 'Ticket 4711' },
    tiers: ['free'],
    days: 7,
    problems: {},
  }),
  'admin, no account matches': accountsPage({
    frame,
    filter: { q: 'ada', status: 'suspended', role: 'user' },
    rows: [],
    links: empty,
  }),
  'admin, new account': newAccountPage({
    frame,
    values: { email: '', name: '', tier: 'free', admin: true, reason: '' },
    tiers: ['free'],
    problems: { email: m().adminAccounts.create.taken, reason: m().adminFrame.reasonNeeded },
    passwordReason: 'guessable',
  }),
  'admin, account': accountPage({
    ...ofAccount,
    account,
    notes: [overtakenNote({ what: m().adminAccounts.one.overtaken(''), todo: m().adminAccounts.one.overtakenTodo })],
  }),
  'admin, suspended account': accountPage({
    ...ofAccount,
    account: {
      ...account,
      admin: true,
      suspended: true,
      passwordChangeRequired: true,
      secondStep: { totp: false, recoveryCodes: 0 },
      passkeys: [],
      apps: [],
      owned: { clients: [], more: false },
      sessions: [],
    },
    notes: [],
  }),
  'admin, own account': accountPage({
    ...ofAccount,
    account: { ...account, secondStep: { totp: false, recoveryCodes: 0 }, admin: true, own: true },
    notes: [],
  }),
  ...Object.fromEntries(
    (Object.keys(accountActs) as (keyof typeof accountActs)[]).map((act) => [
      `admin, account, ${act}`,
      accountActPage({
        frame,
        account,
        act,
        size: { sessions: 2, connections: 3, apps: 2, keys: 2 },
        app: { clientId, name, connections: 2 },
        passkey: { id: '1', name },
        session: { id: '2', browser: { browser: 'Firefox', system: 'Linux', handheld: false }, lastSeen: ago(1) },
        problems: {},
        reason: '',
      }),
    ]),
  ),
  'admin, account that must not be deleted yet': accountActPage({
    frame,
    account,
    act: 'delete',
    size: { sessions: 2, connections: 3, apps: 2, keys: 2 },
    obstacles: { lastAdmin: true, owns: [{ clientId, name }] },
    problems: { confirm: m().adminAccountEnd.remove.notItsAddress },
    reason: '',
  }),
  'admin, account without anything': accountActPage({
    frame,
    account,
    act: 'suspend',
    size: { sessions: 0, connections: 0, apps: 0, keys: 0 },
    problems: {},
    reason: '',
  }),
});

const keyOf = (state: 'current' | 'next' | 'retired') => ({
  kid: `kid-${state}`,
  alg: 'ES256' as const,
  state,
  created: ago(100),
  ...(state === 'retired' && { goneAt: later(1) }),
});

const system = (): Record<string, string> => ({
  'admin, home': adminHomePage({
    frame,
    needs: {
      failing: [{ clientId, name, percent: '38 %', failed: 9120, people: m().adminSystem.home.people('412') }],
      webhooks: [
        { clientId, name, url: 'https://a.example/hook', stopped: 'gone', undelivered: '1', since: ago(3) },
        { clientId: 'b', name: 'B', url: 'https://b.example/hook', undelivered: '0', answer: '500' },
      ],
      streams: [
        {
          clientId: 'fraud-detection',
          name: 'Fraud detection',
          since: ago(2),
          paused: false,
          error: 'it answered 503',
        },
        {
          clientId: 'support-desk',
          name: 'Support desk',
          since: ago(9),
          paused: true,
          error: 'it answered access_denied',
        },
      ],
      logouts: [
        { clientId, name, url: 'https://a.example/logout', undelivered: { count: 1, said: '1' }, answer: '400' },
        { clientId: 'b', name: 'B', url: 'https://b.example/logout', undelivered: { count: 12, said: '12' } },
      ],
      reviews: [{ clientId, name, owner: 'Ltd', since: ago(2), people: m().adminSystem.home.people('1'), again: true }],
      moreReviews: 3,
      secrets: [
        { clientId, name, ending: 'vcs_cs_…u2Tq', ends: later(6), lastUsed: ago(0) },
        { clientId, name, ends: later(6), lastUsed: ago(0) },
      ],
      waiting: [{ clientId, name, since: ago(2), people: 3 }],
      oldKeyDays: 200,
    },
    tiles: tiles(),
    now,
  }),
  'admin, home, nothing to do': adminHomePage({
    frame,
    needs: {
      failing: [],
      webhooks: [],
      logouts: [],
      streams: [],
      reviews: [],
      moreReviews: 0,
      secrets: [],
      waiting: [],
    },
    tiles: [],
    now,
  }),
  'admin, audit log': auditPage({
    frame,
    filter: { actor: 'cli', action: 'client.', target: 't', request: 'r', from: '1', until: '2' },
    problems: {},
    rows: [
      {
        seq: '12',
        at: now,
        by: 'ada@example.com',
        actor: 'account:1',
        action: 'client.updated',
        target: `client:${clientId}`,
        details: '{}',
        requestId: 'r',
      },
    ],
    links,
    exportHref: '/admin/audit/export',
  }),
  'admin, nothing in the audit log': auditPage({
    frame,
    filter: { actor: 'cli', from: '1' },
    problems: { from: m().adminFrame.dayProblem },
    rows: [],
    links: empty,
    removed: { before: now, days: 400 },
    exportHref: '',
  }),
  'admin, keys': keysPage({
    frame,
    keys: [keyOf('current'), keyOf('next'), keyOf('retired')],
    heldBackUntil: later(1),
    problems: { force: 'held back', confirm: m().adminSystem.keys.tick },
    reason: '',
    now,
  }),
  'admin, statistics': statisticsPage({
    frame,
    clients: { active: 12, disabled: 1, verified: 3 },
    accounts: { active: 8000, suspended: 2, admins: 1 },
    grants: 12,
    sessions: 9,
    totals,
    days,
  }),
});

const sent = { request: 'POST /oauth/token', response: '{}', status: '200 OK', ok: true, sentAt: now.getTime() };
const step = (outcome: string, expected = true) => ({ outcome, expected, exchange: sent });
const walks = {
  begun: undefined,
  denied: { ask: step('back_without_code'), answer: step('access_denied', false) },
  exchanged: {
    ask: step('back_with_code'),
    answer: step('code_received'),
    exchange: {
      ...step('200 · 12 ms'),
      curl: 'curl',
      accessToken: `h.${Buffer.from(JSON.stringify({ exp: now.getTime() / 1000 + 90 })).toString('base64url')}.s`,
    },
  },
  refreshed: { ask: step('back_with_code'), refresh: { ...step('200 · 12 ms'), curl: 'curl' } },
  revoked: { ask: step('back_with_code'), revoke: step('200 · 12 ms') },
  refused: { ask: step('back_with_code'), refused: step('401 · 3 ms') },
};

const playground = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(walks).map(([title, taken]) => [
      `playground, ${title}`,
      playgroundPage({
        api: 'http://localhost:3000/playground/api/v1',
        csrf: 'c',
        steps: stepsOf(taken && ({ taken, scope: 'projects:read openid' } as never), now.getTime()),
        notice: m().playground.notices.gone,
      }),
    ]),
  );

const foundKey: FoundKey = {
  id: 'key_ci',
  name: appName,
  environment: 'live',
  looks: 'vcs_sk_live_…9u2T',
  owner: { id: 'acc_1', email: 'ada@example.com' },
  scope: ['projects:read', 'deployments:write'],
  created: now,
  lastUsed: { at: new Date(now.getTime() - 240_000), address: '203.0.113.24' },
};
const foundKeys: FoundKey[] = [
  foundKey,
  {
    ...foundKey,
    id: 'key_5',
    name: 'CI',
    owner: { id: 'acc_2', email: `${'a-long-local-part.'.repeat(3)}ada@subsidiary.department.example.com` },
  },
  { ...foundKey, id: 'key_2', expires: new Date(now.getTime() + 864e6), lastUsed: { at: now } },
  { ...foundKey, id: 'key_3', revoked: now, lastUsed: undefined },
  { ...foundKey, id: 'key_4', expires: new Date(now.getTime() - 864e6) },
];
const keyUsage = Array.from({ length: 30 }, (_, n) => ({
  day: new Date(now.getTime() - (29 - n) * 864e5).toISOString().slice(0, 10),
  ...{ read: 20 + n, changed: n % 7, generated: 0, other: 0, refused: n % 9 ? 0 : 3 },
  projects: ['checkout-api'],
}));

export const adminPages = (): Record<string, string> => ({
  ...system(),
  ...clients(),
  ...webhooks(),
  ...accounts(),
  ...playground(),
});
