/** The settings of requests to servers of others: webhooks, the audit stream, and the keys of secret scanners. */
import { auditStreamFormats } from '../policy/audit-stream.ts';
import * as parse from './parsers.ts';
import type { SettingsTable } from './read.ts';
import type { Settings } from './settings.ts';

export const otherServerSettings: Pick<
  SettingsTable<Settings>,
  | 'webhookDelivery'
  | 'webhookPorts'
  | 'auditStreamUrl'
  | 'auditStreamAuthorization'
  | 'auditStreamFormat'
  | 'leakedSecretsKeysUrl'
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
  auditStreamUrl: {
    name: 'AUDIT_STREAM_URL',
    parse: parse.secureLink,
    default: undefined,
    doc:
      'Where the [audit stream](audit-stream.md) goes: every event of the audit log is posted there, in order. ' +
      '`https://` (`http://` only for localhost). Its host may be in a private network.',
  },
  auditStreamAuthorization: {
    name: 'AUDIT_STREAM_AUTHORIZATION',
    parse: parse.headerValue,
    default: undefined,
    doc: 'Secret: value of the `Authorization` header of the audit stream, such as `Bearer …` or `Splunk …`.',
  },
  auditStreamFormat: {
    name: 'AUDIT_STREAM_FORMAT',
    parse: parse.oneOf(...auditStreamFormats),
    default: 'cloudevents',
    doc: 'Form of the audit stream: `cloudevents` (CloudEvents 1.0, JSON batches), or `ndjson`, one event a line as `vcauth audit export` prints it.',
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
