import type { Messages } from './en.ts';
import { address } from './ja/address.ts';
import { adminAccountEnd } from './ja/admin-account-end.ts';
import { adminAccounts } from './ja/admin-accounts.ts';
import { adminApiKeys } from './ja/admin-api-keys.ts';
import { adminClientActs } from './ja/admin-client-acts.ts';
import { adminClientForm } from './ja/admin-client-form.ts';
import { adminClients } from './ja/admin-clients.ts';
import { adminFrame } from './ja/admin-frame.ts';
import { adminInvitations } from './ja/admin-invitations.ts';
import { adminNotices } from './ja/admin-notices.ts';
import { adminSignals } from './ja/admin-signals.ts';
import { adminSystem } from './ja/admin-system.ts';
import { adminWebhooks } from './ja/admin-webhooks.ts';
import { afterReset } from './ja/after-reset.ts';
import { apiKeyMails } from './ja/api-key-mails.ts';
import { apiKeys } from './ja/api-keys.ts';
import { apps } from './ja/apps.ts';
import { charts } from './ja/charts.ts';
import { clientDocuments } from './ja/client-documents.ts';
import { clientFields } from './ja/client-fields.ts';
import { connectedApp } from './ja/connected-app.ts';
import { connectedApps } from './ja/connected-apps.ts';
import { consent } from './ja/consent.ts';
import { consentChoices } from './ja/consent-choices.ts';
import { consentProjects } from './ja/consent-projects.ts';
import { device } from './ja/device.ts';
import { docs } from './ja/docs.ts';
import { errors } from './ja/errors.ts';
import { failures } from './ja/failures.ts';
import { fields } from './ja/fields.ts';
import { frame } from './ja/frame.ts';
import { leaked } from './ja/leaked.ts';
import { links } from './ja/links.ts';
import { lists } from './ja/lists.ts';
import { mails } from './ja/mails.ts';
import { newPassword } from './ja/new-password.ts';
import { outbox } from './ja/outbox.ts';
import { ownPages } from './ja/own-pages.ts';
import { passkeys } from './ja/passkeys.ts';
import { playground } from './ja/playground.ts';
import { problems } from './ja/problems.ts';
import { registration } from './ja/registration.ts';
import { secondStep } from './ja/second-step.ts';
import { secondStepMails } from './ja/second-step-mails.ts';
import { secretOnce } from './ja/secret-once.ts';
import { security } from './ja/security.ts';
import { signIn } from './ja/sign-in.ts';
import { site } from './ja/site.ts';
import { thirdParty } from './ja/third-party.ts';
import { time } from './ja/time.ts';
import { upstream } from './ja/upstream.ts';
import { usage } from './ja/usage.ts';
import { yourApps } from './ja/your-apps.ts';

export const japanese: Messages = {
  address,
  afterReset,
  apiKeyMails,
  apiKeys,
  apps,
  charts,
  clientDocuments,
  clientFields,
  connectedApp,
  connectedApps,
  consent,
  consentChoices,
  consentProjects,
  device,
  docs,
  errors,
  failures,
  fields,
  frame,
  leaked,
  links,
  lists,
  mails,
  newPassword,
  passkeys,
  problems,
  registration,
  secondStep,
  secondStepMails,
  security,
  outbox,
  ownPages,
  signIn,
  site,
  thirdParty,
  time,
  upstream,
  usage,
  secretOnce,
  yourApps,
  adminFrame,
  adminInvitations,
  adminNotices,
  adminApiKeys,
  adminClients,
  adminClientForm,
  adminClientActs,
  adminAccountEnd,
  adminAccounts,
  adminWebhooks,
  adminSignals,
  adminSystem,
  playground,
};
