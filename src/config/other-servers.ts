/** The settings of requests to servers of others: webhooks, and the keys of secret scanners. */
import * as parse from './parsers.ts';
import type { SettingsTable } from './read.ts';
import type { Settings } from './settings.ts';

export const otherServerSettings: Pick<
  SettingsTable<Settings>,
  'webhookDelivery' | 'webhookPorts' | 'leakedSecretsKeysUrl'
> = {
  webhookDelivery: {
    name: 'WEBHOOK_DELIVERY',
    parse: parse.flag('on', 'off'),
    default: 'on',
    doc: '`off`: this process sends no webhooks, and events wait for one that does. For nodes without access to the internet.',
  },
  webhookPorts: {
    name: 'WEBHOOK_PORTS',
    parse: parse.ports,
    default: '443,8443',
    doc: 'Ports that webhooks may be sent to, comma-separated.',
  },
  leakedSecretsKeysUrl: {
    name: 'LEAKED_SECRETS_KEYS_URL',
    parse: parse.secureLink,
    default: undefined,
    defaultDoc: 'none: `/oauth/leaked-secrets` does not exist',
    doc:
      'Where a secret scanner publishes the keys that sign its reports of [leaked secrets](leaked-secrets.md), such as ' +
      '`https://api.github.com/meta/public_keys/secret_scanning`. `https://` (`http://` only for localhost).',
  },
};
