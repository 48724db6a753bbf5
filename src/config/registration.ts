/** Settings of self-registration, of people and of apps. */
import { thirdPartyPolicies } from '../policy/third-party.ts';
import * as parse from './parsers.ts';
import type { SettingsTable } from './read.ts';
import type { Settings } from './settings.ts';

export const registrationSettings: Pick<
  SettingsTable<Settings>,
  'registration' | 'dynamicRegistration' | 'clientIdMetadataDocuments' | 'thirdPartyPolicy'
> = {
  registration: {
    name: 'REGISTRATION',
    parse: parse.oneOf('closed', 'invite', 'open'),
    default: 'closed',
    doc:
      'How people [get an account](accounts.md#getting-an-account). `closed`: only from an admin, an import or `ACCOUNTS_UPSTREAM`. ' +
      '`invite`: also by a mail that an admin sends. `open`: also by confirming an email address.',
  },
  dynamicRegistration: {
    name: 'DYNAMIC_REGISTRATION',
    parse: parse.oneOf('open', 'closed'),
    default: 'open',
    doc: 'Whether apps may [register themselves](app-developers.md#apps-that-register-themselves). `closed`: nobody may, and those that did stay.',
  },
  clientIdMetadataDocuments: {
    name: 'CLIENT_ID_METADATA_DOCUMENTS',
    parse: parse.oneOf('on', 'off'),
    default: 'on',
    doc: 'Whether a client id may be [the address of a document](operations.md#clients-that-bring-their-document). `off`: no new authorization of such a client begins and no document is read; what people have allowed goes on.',
  },
  thirdPartyPolicy: {
    name: 'THIRD_PARTY_POLICY',
    parse: parse.oneOf(...thirdPartyPolicies),
    default: 'allow',
    doc:
      'What holds for unregistered apps that [no rule names](admin.md#unregistered-apps). `allow`: people decide. ' +
      '`ask`: an admin must allow the app first. `block`: only those that a rule allows work, and what the others have got ends at once.',
  },
};
