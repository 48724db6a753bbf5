/** vcauth third-party: apps that nobody registered, and the rules about them. */
import { setRule } from '../operations/third-party.ts';
import { thirdPartyPolicies } from '../policy/third-party.ts';
import { listRules, ruleDocument, searchUnregistered } from '../store/unregistered-apps.ts';
import { command } from './command.ts';
import { time } from './output.ts';
import { limitOption, pagedByNumber } from './paged.ts';
import { someReasonOption } from './reason.ts';
import { UsageError } from './usage-error.ts';

const apps = command({
  summary: 'List apps that nobody registered, the newest first',
  options: {
    search: { type: 'text', value: 'WORDS', doc: 'beginnings of words in name, id and redirect URIs' },
    policy: {
      type: 'text',
      choices: [...thirdPartyPolicies, 'none', 'waiting'],
      doc: 'what a rule says of them; none: no rule does; waiting: people wait for an admin',
    },
    ...limitOption,
  },
  examples: ['third-party apps', 'third-party apps --policy waiting'],
  async run({ options: { search, policy, limit }, out, here }) {
    const db = await here.database();
    const read = async (page: { limit: number; offset: number }) =>
      (await searchUnregistered(db, { search, policy }, page)).rows;
    await out.list(pagedByNumber(read, limit), {
      document: ({ client_id, client_name, registration_type, status, third_party_policy, created_at, ...rest }) => ({
        ...{ client_id, client_name, registration_type, status, third_party_policy, created_at, host: rest.host },
        ...{ changed_since_allowed: rest.changed_since_allowed },
        ...{ people: rest.people, waiting: rest.waiting, last_used_on: rest.last_used_on },
      }),
      columns: {
        'first seen': (app) => time(app.created_at),
        app: (app) => app.client_id,
        name: (app) => app.client_name,
        people: (app) => String(app.people),
        waiting: (app) => String(app.waiting),
        'last used': (app) => app.last_used_on ?? '–',
        rule: (app) => (app.changed_since_allowed ? 'ask (changed)' : (app.third_party_policy ?? '–')),
      },
      empty: 'No such app came by itself.',
    });
  },
});

const rules = command({
  summary: 'List the rules about apps that nobody registered, the newest first',
  options: limitOption,
  examples: ['third-party rules'],
  async run({ options: { limit }, out, here }) {
    const db = await here.database();
    await out.list(
      pagedByNumber((page) => listRules(db, page), limit),
      {
        document: ruleDocument,
        columns: {
          decided: (rule) => time(rule.decided_at),
          rule: (rule) =>
            rule.now ? `ask (${rule.policy}, but changed: ${ruleDocument(rule).changed.join(', ')})` : rule.policy,
          of: (rule) => rule.kind,
          value: (rule) => rule.value,
          reason: (rule) => rule.reason ?? '–',
        },
        empty: 'No rules. THIRD_PARTY_POLICY holds for every app that nobody registered.',
      },
    );
  },
});

const decide = command({
  summary: 'Allow, ask about or block an app that nobody registered, or a host of documents',
  details:
    'A block ends every token at once and keeps what people allowed. It needs --reason. default removes the rule. allow allows an app as it is now: if it changes, it has to be allowed again.',
  argument: { name: 'client_id', optional: true },
  options: {
    policy: {
      type: 'text',
      choices: [...thirdPartyPolicies, 'default'],
      required: true,
      doc: 'what holds from now on',
    },
    host: { type: 'text', value: 'HOST', doc: 'every app whose document is at this host, instead of one app' },
    ...someReasonOption,
  },
  examples: [
    'third-party decide --host agent.example --policy block --reason "Reported as fraud."',
    'third-party decide https://agent.example/client.json --policy allow',
  ],
  async run({ argument: id, options: { host, policy, reason }, out, here }) {
    if ((id === '') === (host === undefined)) throw new UsageError('Give either a client_id or --host.');
    const subject =
      host === undefined ? { kind: 'client' as const, value: id } : { kind: 'host' as const, value: host };
    const wanted = policy === 'default' ? null : policy;
    const done = await setRule(await here.database(), subject, wanted, here.actor(), reason);
    const { subject: named, policy: now, clients, familiesEnded } = done;
    out.item({ ...named, policy: now, clients, families_ended: familiesEnded }, [
      [named.kind, named.value],
      ['rule', now ?? 'none: the default holds'],
      ['apps', String(clients)],
      ['connections ended', String(familiesEnded)],
    ]);
  },
});

export const thirdParty = { apps, rules, decide };
