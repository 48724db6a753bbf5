/** The pages of API keys, in the states that change their shape. */
import { accountApiKeyPage } from '../../views/account/api-key.ts';
import {
  accountApiKeyOncePage,
  accountApiKeyRevocationPage,
  accountApiKeyRotationPage,
} from '../../views/account/api-key-acts.ts';
import { accountNewApiKeyPage } from '../../views/account/api-key-new.ts';
import { accountApiKeysPage, type ShownKey } from '../../views/account/api-keys.ts';
import { m } from '../../views/messages/index.ts';

export const keyNames = ['CI', 'Backup script', 'Playing around'] as const;

function keysOf(now: Date) {
  const days = (n: number) => new Date(now.getTime() + n * 86_400_000);
  const ci: ShownKey = {
    id: 'key_ci',
    name: keyNames[0],
    environment: 'live',
    looks: 'vcs_sk_live_…9u2T',
    lastFour: '9u2T',
    scope: ['projects:read', 'deployments:read', 'deployments:write', 'ai:generate'],
    networks: ['203.0.113.0/24', '198.51.100.0/24'],
    created: days(-30),
    expires: days(87),
    lastUsed: { at: new Date(now.getTime() - 180_000), address: '203.0.113.24' },
    calls: Array.from({ length: 14 }, (_, n) => ({
      day: new Date(now.getTime() - (13 - n) * 86_400_000).toISOString().slice(0, 10),
      ...{ read: 20 + n, changed: n % 7, generated: 1, other: 0, refused: n % 9 ? 0 : 3 },
    })),
  };
  const backup: ShownKey = {
    ...ci,
    id: 'key_backup',
    name: keyNames[1],
    looks: 'vcs_sk_live_…k8Qa',
    lastFour: 'k8Qa',
    scope: ['projects:read'],
    projects: ['checkout-api', 'docs-site'],
    calls: undefined,
    networks: undefined,
    expires: days(4.5),
    replacedBy: 'vcs_sk_live_…Aa11',
    lastUsed: { at: days(-1) },
  };
  const sandbox: ShownKey = {
    ...ci,
    id: 'key_test',
    name: keyNames[2],
    environment: 'test',
    looks: 'vcs_sk_test_…Zz41',
    lastFour: 'Zz41',
    calls: undefined,
    networks: undefined,
    expires: undefined,
    lastUsed: undefined,
  };
  const revoked: ShownKey = { ...sandbox, id: 'key_old', lastFour: 'old1', revoked: days(-3) };
  const expired: ShownKey = { ...backup, id: 'key_end', lastFour: 'end1', expires: days(-9), replacedBy: undefined };
  const frame = { csrf: 'csrf-value', email: 'demo@vibecaas.localhost', now };
  return { ci, backup, sandbox, revoked, expired, frame };
}

export function apiKeyPages(now: Date): Record<string, string> {
  const usage = Array.from({ length: 30 }, (_, n) => ({
    day: new Date(now.getTime() - (29 - n) * 86_400_000).toISOString().slice(0, 10),
    ...{ read: 20 + n, changed: n % 7, generated: 1, other: 0, refused: n % 9 ? 0 : 3 },
    projects: ['checkout-api'],
  }));
  const { ci, backup, sandbox, revoked, expired, frame } = keysOf(now);
  const form = { ...frame, problems: {}, form: 'f', aiInTest: false, tomorrow: '2026-11-25' };
  const empty = { name: '', environment: 'test', scope: [], expiry: '90', day: '', networks: '' };
  return {
    'API keys': accountApiKeysPage({
      ...frame,
      keys: [ci, backup, sandbox, revoked, expired],
      notice: { revoked: 'Old laptop' },
    }),
    'API keys, none': accountApiKeysPage({ ...frame, keys: [], notice: 'already' }),
    'a new API key': accountNewApiKeyPage({ ...form, values: empty }),
    'a new API key, for some projects': accountNewApiKeyPage({
      ...form,
      values: empty,
      projects: {
        mode: 'only',
        rows: ['Checkout API', 'Docs site', 'Landing page'].map((name, n) => ({
          id: `proj_${n}`,
          name,
          ticked: n < 2,
        })),
        ...{ kept: [], total: 3, found: 3, find: '', unavailable: false },
      },
      projectsProblem: m().consentProjects.none,
    }),
    'a new API key, without a list of projects': accountNewApiKeyPage({
      ...form,
      values: empty,
      projects: { mode: 'all', rows: [], kept: [], total: 0, found: 0, find: '', unavailable: true },
    }),
    'a new API key, refused': accountNewApiKeyPage({
      ...form,
      values: { ...empty, environment: '', scope: ['ai:generate'], expiry: 'date', networks: '10.0.0.0/40' },
      problems: {
        name: 'must have 1 to 100 characters',
        environment: m().fields.chooseOne,
        scope: m().fields.chooseSome,
        expiry: m().fields.chooseOne,
        day: 'must be a day that is still to come',
        networks: 'must have at least one',
      },
      full: 100,
      aiInTest: true,
    }),
    'an API key': accountApiKeyPage({ ...frame, usage, key: ci, notice: { removed: 'Analytics' } }),
    'an API key, replaced': accountApiKeyPage({ ...frame, usage, key: backup, notice: 'limited' }),
    'an API key, refused': accountApiKeyPage({
      ...frame,
      usage: [],
      key: sandbox,
      typed: { name: '', networks: '10.0.0.0/40' },
      problems: { name: 'must have 1 to 100 characters', networks: 'must have at least one' },
    }),
    'an API key that has ended': accountApiKeyPage({ ...frame, usage, key: revoked, notice: 'saved' }),
    'an API key, to rotate': accountApiKeyRotationPage({ ...frame, key: ci, wrong: true }),
    'an API key that cannot be rotated': accountApiKeyRotationPage({ ...frame, key: backup, refused: true }),
    'an API key, to revoke': accountApiKeyRevocationPage({ ...frame, key: ci }),
  };
}

/** The pages with a secret, which have a script. */
export function apiKeyOncePages(now: Date): Record<string, string> {
  const { ci, backup, sandbox, revoked, frame } = keysOf(now);
  const secret = 'vcs_sk_live_7Yk3Qw9pLr2Vt8Zx5Nb1Hd6Mf4Gs0Jc3Ae9u2T7Yk3Qw9pLr2Vt';
  const once = { ...frame, secret, api: 'https://api.vibecaas.com/v1' };
  return {
    'an API key, shown once': accountApiKeyOncePage({ ...once, key: ci }),
    'an API key, rotated': accountApiKeyOncePage({ ...once, key: backup, old: backup }),
    'an API key, rotated at once': accountApiKeyOncePage({ ...once, key: sandbox, old: revoked }),
  };
}
