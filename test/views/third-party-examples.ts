/** The pages about apps that nobody registered, with every text that they can show, in the current language. */

import type { RuleInForce } from '../../views/admin/clients/rule-in-force.ts';
import { clientStopPage } from '../../views/admin/clients/stop.ts';
import { thirdPartyRulePage } from '../../views/admin/clients/third-party-rule.ts';
import { type UnregisteredRow, unregisteredPage } from '../../views/admin/clients/unregistered.ts';
import type { App } from '../../views/app-identity.ts';
import { m } from '../../views/messages/index.ts';

const frame = { csrf: 'c', email: 'admin@vibecaas.localhost' };
const now = new Date('2026-11-29T12:00:00Z');
const links = { numbers: [], number: 1, from: 1, to: 4, total: 4, more: false };
const row = (policy: UnregisteredRow['policy'], more: Partial<UnregisteredRow> = {}): UnregisteredRow => ({
  app: { clientId: `vcs_dynamic_${policy}`, name: `Agent ${policy}`, standing: 'unchecked' },
  cameBy: 'dynamic',
  host: undefined,
  suspended: false,
  firstSeen: now,
  people: '61',
  waiting: 0,
  lastUsed: undefined,
  policy,
  changed: false,
  ...more,
});

export const thirdPartyPages = (): Record<string, string> => {
  const host = { value: '', wrong: false };
  const list = { frame, filter: {}, rest: 'allow' as const, rules: [], host, now };
  const rule = { frame, suspended: false, atStake: { clients: 1, people: 2904 }, reason: '', problems: {} } as const;
  return {
    'admin, unregistered apps': unregisteredPage({
      ...list,
      frame: { ...frame, notice: 'ruled' },
      filter: { q: 'agent', rule: 'waiting' },
      rules: [
        { host: 'free.keys4you.example', policy: 'block', reason: 'Reported as fraud.', decided: now },
        { host: 'editor.example', policy: 'allow', reason: undefined, decided: now },
      ],
      rows: [
        row('none', { waiting: 3 }),
        row('ask', { waiting: 1, changed: true }),
        row('allow', { lastUsed: now }),
        row('block', {
          app: { clientId: 'https://agent.example/client.json', name: 'Agent block', standing: 'verified' },
          suspended: true,
          cameBy: 'metadata_document',
          host: 'agent.example',
        }),
      ],
      links,
    }),
    'admin, no unregistered app': unregisteredPage({ ...list, rest: 'ask', rows: [], links: { ...links, total: 0 } }),
    'admin, no unregistered app matches': unregisteredPage({
      ...list,
      rest: 'block',
      filter: { rule: 'block' },
      host: { value: 'a/b', wrong: true },
      rows: [],
      links: { ...links, total: 0 },
    }),
    'admin, rule for an app': thirdPartyRulePage({
      ...rule,
      subject: { kind: 'client', value: agent.clientId },
      app: agent,
      suspended: true,
      now: { policy: 'ask', source: 'client', value: agent.clientId, decided },
      otherwise: ofHost,
      policy: 'none',
      overtaken: true,
    }),
    'admin, rule for a verified app': thirdPartyRulePage({
      ...rule,
      subject: { kind: 'client', value: agent.clientId },
      app: { ...agent, standing: 'verified' },
      now: undefined,
      otherwise: { policy: 'allow', source: 'verified' },
      policy: 'none',
      overtaken: true,
    }),
    'admin, rule for an app that has changed': thirdPartyRulePage({
      ...rule,
      subject: { kind: 'client', value: agent.clientId },
      app: agent,
      now: {
        ...{ policy: 'allow', source: 'client', value: agent.clientId, decided },
        changes: {
          name: { before: 'Good Notes', now: 'Google Drive' },
          redirects: ['https://evil.example/cb', 'https://good.example/cb'],
          keys: true,
          scopes: ['projects:write'],
          unknown: true,
        },
      },
      otherwise: { policy: 'ask', source: 'rest' },
      policy: 'allow',
      overtaken: 'app',
    }),
    'admin, rule for a host': thirdPartyRulePage({
      ...rule,
      subject: { kind: 'host', value: 'agent.example' },
      app: undefined,
      now: undefined,
      otherwise: { policy: 'ask', source: 'rest' },
      policy: 'block',
      problems: { policy: m().fields.chooseOne, reason: m().adminFrame.reasonNeeded },
    }),
    ...Object.fromEntries(stopped.map(([name, state, now]) => [`admin, stop ${name}`, stopPage(state, now)])),
  };
};

const agent: App = { clientId: 'vcs_dynamic_1', name: 'Example Agent', standing: 'unchecked' };
const decided = { by: 'admin@vibecaas.localhost', at: now, reason: 'Reported as fraud.' };
const ofHost: RuleInForce = { policy: 'block', source: 'host', value: 'agent.example', decided };
const ofApp: RuleInForce = { policy: 'block', source: 'client', value: agent.clientId, decided };

const stopped: [name: string, state: 'suspended' | 'blocked', rule: RuleInForce][] = [
  ['what a rule blocks', 'blocked', ofApp],
  ['what a rule blocks and an admin suspended', 'suspended', ofHost],
  ['what is suspended and verified', 'suspended', { policy: 'allow', source: 'verified' }],
  ['what is suspended, as the rest', 'suspended', { policy: 'ask', source: 'rest' }],
];

const stopPage = (state: 'suspended' | 'blocked', rule: RuleInForce): string =>
  clientStopPage({
    frame,
    subject: {
      clientId: agent.clientId,
      name: agent.name,
      app: agent,
      state: 'suspended',
      blocked: state === 'blocked',
      selfRegistered: true,
      type: 'spa',
      people: '12',
      failures: 0,
    },
    cost: { withTokens: 0, allowing: 12 },
    after: state === 'suspended' ? 'blocked' : 'gone',
    rule,
    notLifted: state === 'suspended',
    problems: {},
    typed: {},
  });
