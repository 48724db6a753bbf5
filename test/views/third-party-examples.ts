/** The pages about apps that nobody registered, with every text that they can show, in the current language. */
import { thirdPartyRulePage } from '../../views/admin/clients/third-party-rule.ts';
import { type UnregisteredRow, unregisteredPage } from '../../views/admin/clients/unregistered.ts';
import { m } from '../../views/messages/index.ts';

const frame = { csrf: 'c', email: 'admin@vibecaas.localhost' };
const now = new Date('2026-11-29T12:00:00Z');
const links = { numbers: [], number: 1, from: 1, to: 4, total: 4, more: false };
const row = (policy: UnregisteredRow['policy'], more: Partial<UnregisteredRow> = {}): UnregisteredRow => ({
  clientId: `vcs_dynamic_${policy}`,
  name: `Agent ${policy}`,
  cameBy: 'dynamic',
  host: undefined,
  suspended: false,
  firstSeen: now,
  people: '61',
  waiting: 0,
  lastUsed: undefined,
  policy,
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
        row('ask', { waiting: 1 }),
        row('allow', { lastUsed: now }),
        row('block', {
          clientId: 'https://agent.example/client.json',
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
      subject: { kind: 'client', value: 'vcs_dynamic_1' },
      appName: 'Example Agent',
      suspended: true,
      policy: 'none',
    }),
    'admin, rule for a host': thirdPartyRulePage({
      ...rule,
      subject: { kind: 'host', value: 'agent.example' },
      appName: undefined,
      policy: 'block',
      problems: { policy: m().thirdParty.admin.chooseOne, reason: m().adminFrame.reasonNeeded },
    }),
  };
};
