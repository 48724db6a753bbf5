/** The table of contents of vcauth. A group is loaded only when it is used, so that help is quick. */
import type { CommandGroup } from './command.ts';

interface LazyGroup {
  readonly summary: string;
  readonly load: () => Promise<CommandGroup>;
}

export const groups: Readonly<Record<string, LazyGroup>> = {
  accounts: {
    summary: 'People: create, invite, list, show, update, suspend, restore, set-password, sessions, sign-out and more',
    load: async () => (await import('./accounts.ts')).accounts,
  },
  clients: {
    summary:
      'Apps: create, update, submit, verify, send-back, disable, set-logo, secrets, delete, insight, errors and more',
    load: async () => (await import('./clients.ts')).clients,
  },
  import: {
    summary: 'What another authorization server exports: clients, accounts, consents; keycloak, hydra, auth0, logto',
    load: async () => (await import('./import.ts')).imports,
  },
  'third-party': {
    summary: 'Apps that nobody registered, and the rules about them: apps, rules, decide',
    load: async () => (await import('./third-party.ts')).thirdParty,
  },
  grants: {
    summary: 'What people have allowed apps, one for each connection: list, revoke',
    load: async () => (await import('./grants.ts')).grants,
  },
  'api-keys': {
    summary: 'Keys of people’s own programs: list, create, show, find, update, rotate, revoke',
    load: async () => (await import('./api-keys.ts')).apiKeys,
  },
  leaked: {
    summary: 'Find secrets of this server in any text, and end them',
    load: async () => (await import('./leaked.ts')).leakedCommand,
  },
  webhooks: {
    summary:
      'The events that apps are sent: list, show, set, rotate-secret, test, deliveries, delivery, replay, delete',
    load: async () => (await import('./webhooks.ts')).webhooks,
  },
  signals: {
    summary: 'Streams of Shared Signals: list, show, pause, enable, remove',
    load: async () => (await import('./signals.ts')).signals,
  },
  audit: {
    summary: 'Who did what and when: list, export, verify',
    load: async () => (await import('./audit.ts')).audit,
  },
  keys: { summary: 'Signing keys: list, rotate', load: async () => (await import('./keys.ts')).keys },
  statistics: {
    summary: 'Counts of clients, accounts, grants and sessions, and activity by day',
    load: async () => (await import('./statistics.ts')).statistics,
  },
  migrate: {
    summary: 'Bring the database up to this version',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  purge: { summary: 'Delete what has expired, now', load: async () => (await import('./purge.ts')).purgeCommand },
  restored: {
    summary: 'After a backup was restored: end whatever may have been revoked since',
    load: async () => (await import('./restored.ts')).restoredCommand,
  },
  doctor: {
    summary: 'Check what the server needs, and say what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  try: {
    summary: 'Walk through the whole flow against a running server',
    load: async () => (await import('./try.ts')).tryCommand,
  },
  version: {
    summary: 'Print the version of this program, of Node, and of the newest migration',
    load: async () => (await import('./version.ts')).versionCommand,
  },
  'config-docs': {
    summary: 'Print docs/configuration.md',
    load: async () => (await import('./config-docs.ts')).configDocs,
  },
};
