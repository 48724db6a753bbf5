import type { Messages } from './en.ts';
import { address } from './es/address.ts';
import { adminAccountEnd } from './es/admin-account-end.ts';
import { adminAccounts } from './es/admin-accounts.ts';
import { adminApiKeys } from './es/admin-api-keys.ts';
import { adminClientActs } from './es/admin-client-acts.ts';
import { adminClientForm } from './es/admin-client-form.ts';
import { adminClients } from './es/admin-clients.ts';
import { adminFrame } from './es/admin-frame.ts';
import { adminInvitations } from './es/admin-invitations.ts';
import { adminNotices } from './es/admin-notices.ts';
import { adminSignals } from './es/admin-signals.ts';
import { adminSystem } from './es/admin-system.ts';
import { adminWebhooks } from './es/admin-webhooks.ts';
import { afterReset } from './es/after-reset.ts';
import { apiKeyMails } from './es/api-key-mails.ts';
import { apiKeys } from './es/api-keys.ts';
import { apps } from './es/apps.ts';
import { charts } from './es/charts.ts';
import { clientDocuments } from './es/client-documents.ts';
import { clientFields } from './es/client-fields.ts';
import { connectedApp } from './es/connected-app.ts';
import { connectedApps } from './es/connected-apps.ts';
import { consent } from './es/consent.ts';
import { consentChoices } from './es/consent-choices.ts';
import { consentProjects } from './es/consent-projects.ts';
import { device } from './es/device.ts';
import { docs } from './es/docs.ts';
import { errors } from './es/errors.ts';
import { failures } from './es/failures.ts';
import { fields } from './es/fields.ts';
import { frame } from './es/frame.ts';
import { leaked } from './es/leaked.ts';
import { links } from './es/links.ts';
import { lists } from './es/lists.ts';
import { mails } from './es/mails.ts';
import { newPassword } from './es/new-password.ts';
import { outbox } from './es/outbox.ts';
import { ownPages } from './es/own-pages.ts';
import { passkeys } from './es/passkeys.ts';
import { playground } from './es/playground.ts';
import { problems } from './es/problems.ts';
import { registration } from './es/registration.ts';
import { secondStep } from './es/second-step.ts';
import { secondStepMails } from './es/second-step-mails.ts';
import { secretOnce } from './es/secret-once.ts';
import { security } from './es/security.ts';
import { signIn } from './es/sign-in.ts';
import { site } from './es/site.ts';
import { thirdParty } from './es/third-party.ts';
import { time } from './es/time.ts';
import { upstream } from './es/upstream.ts';
import { usage } from './es/usage.ts';
import { yourApps } from './es/your-apps.ts';

export const spanish: Messages = {
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
