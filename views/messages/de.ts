import { address } from './de/address.ts';
import { adminAccountEnd } from './de/admin-account-end.ts';
import { adminAccounts } from './de/admin-accounts.ts';
import { adminApiKeys } from './de/admin-api-keys.ts';
import { adminClientActs } from './de/admin-client-acts.ts';
import { adminClientForm } from './de/admin-client-form.ts';
import { adminClients } from './de/admin-clients.ts';
import { adminFrame } from './de/admin-frame.ts';
import { adminInvitations } from './de/admin-invitations.ts';
import { adminNotices } from './de/admin-notices.ts';
import { adminSignals } from './de/admin-signals.ts';
import { adminSystem } from './de/admin-system.ts';
import { adminWebhooks } from './de/admin-webhooks.ts';
import { afterReset } from './de/after-reset.ts';
import { apiKeyMails } from './de/api-key-mails.ts';
import { apiKeys } from './de/api-keys.ts';
import { apps } from './de/apps.ts';
import { charts } from './de/charts.ts';
import { clientDocuments } from './de/client-documents.ts';
import { clientFields } from './de/client-fields.ts';
import { connectedApp } from './de/connected-app.ts';
import { connectedApps } from './de/connected-apps.ts';
import { consent } from './de/consent.ts';
import { consentChoices } from './de/consent-choices.ts';
import { consentProjects } from './de/consent-projects.ts';
import { device } from './de/device.ts';
import { docs } from './de/docs.ts';
import { errors } from './de/errors.ts';
import { failures } from './de/failures.ts';
import { fields } from './de/fields.ts';
import { frame } from './de/frame.ts';
import { leaked } from './de/leaked.ts';
import { links } from './de/links.ts';
import { lists } from './de/lists.ts';
import { mails } from './de/mails.ts';
import { newPassword } from './de/new-password.ts';
import { outbox } from './de/outbox.ts';
import { ownPages } from './de/own-pages.ts';
import { passkeys } from './de/passkeys.ts';
import { playground } from './de/playground.ts';
import { problems } from './de/problems.ts';
import { registration } from './de/registration.ts';
import { secondStep } from './de/second-step.ts';
import { secondStepMails } from './de/second-step-mails.ts';
import { secretOnce } from './de/secret-once.ts';
import { security } from './de/security.ts';
import { signIn } from './de/sign-in.ts';
import { site } from './de/site.ts';
import { thirdParty } from './de/third-party.ts';
import { time } from './de/time.ts';
import { upstream } from './de/upstream.ts';
import { usage } from './de/usage.ts';
import { yourApps } from './de/your-apps.ts';
import type { Messages } from './en.ts';

export const german: Messages = {
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
