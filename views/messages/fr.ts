import type { Messages } from './en.ts';
import { address } from './fr/address.ts';
import { adminAccountEnd } from './fr/admin-account-end.ts';
import { adminAccounts } from './fr/admin-accounts.ts';
import { adminApiKeys } from './fr/admin-api-keys.ts';
import { adminClientActs } from './fr/admin-client-acts.ts';
import { adminClientForm } from './fr/admin-client-form.ts';
import { adminClients } from './fr/admin-clients.ts';
import { adminFrame } from './fr/admin-frame.ts';
import { adminInvitations } from './fr/admin-invitations.ts';
import { adminNotices } from './fr/admin-notices.ts';
import { adminSignals } from './fr/admin-signals.ts';
import { adminSystem } from './fr/admin-system.ts';
import { adminWebhooks } from './fr/admin-webhooks.ts';
import { afterReset } from './fr/after-reset.ts';
import { apiKeyMails } from './fr/api-key-mails.ts';
import { apiKeys } from './fr/api-keys.ts';
import { apps } from './fr/apps.ts';
import { charts } from './fr/charts.ts';
import { clientDocuments } from './fr/client-documents.ts';
import { clientFields } from './fr/client-fields.ts';
import { connectedApp } from './fr/connected-app.ts';
import { connectedApps } from './fr/connected-apps.ts';
import { consent } from './fr/consent.ts';
import { consentChoices } from './fr/consent-choices.ts';
import { consentProjects } from './fr/consent-projects.ts';
import { device } from './fr/device.ts';
import { docs } from './fr/docs.ts';
import { errors } from './fr/errors.ts';
import { failures } from './fr/failures.ts';
import { fields } from './fr/fields.ts';
import { frame } from './fr/frame.ts';
import { leaked } from './fr/leaked.ts';
import { links } from './fr/links.ts';
import { lists } from './fr/lists.ts';
import { mails } from './fr/mails.ts';
import { newPassword } from './fr/new-password.ts';
import { outbox } from './fr/outbox.ts';
import { ownPages } from './fr/own-pages.ts';
import { passkeys } from './fr/passkeys.ts';
import { playground } from './fr/playground.ts';
import { problems } from './fr/problems.ts';
import { registration } from './fr/registration.ts';
import { secondStep } from './fr/second-step.ts';
import { secondStepMails } from './fr/second-step-mails.ts';
import { secretOnce } from './fr/secret-once.ts';
import { security } from './fr/security.ts';
import { signIn } from './fr/sign-in.ts';
import { site } from './fr/site.ts';
import { thirdParty } from './fr/third-party.ts';
import { time } from './fr/time.ts';
import { upstream } from './fr/upstream.ts';
import { usage } from './fr/usage.ts';
import { yourApps } from './fr/your-apps.ts';

export const french: Messages = {
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
