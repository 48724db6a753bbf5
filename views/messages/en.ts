/** English is the original: its type is what every other language must match. */
import { address } from './en/address.ts';
import { adminAccountEnd } from './en/admin-account-end.ts';
import { adminAccounts } from './en/admin-accounts.ts';
import { adminApiKeys } from './en/admin-api-keys.ts';
import { adminClientActs } from './en/admin-client-acts.ts';
import { adminClientForm } from './en/admin-client-form.ts';
import { adminClients } from './en/admin-clients.ts';
import { adminFrame } from './en/admin-frame.ts';
import { adminInvitations } from './en/admin-invitations.ts';
import { adminNotices } from './en/admin-notices.ts';
import { adminSignals } from './en/admin-signals.ts';
import { adminSystem } from './en/admin-system.ts';
import { adminWebhooks } from './en/admin-webhooks.ts';
import { afterReset } from './en/after-reset.ts';
import { apiKeyMails } from './en/api-key-mails.ts';
import { apiKeys } from './en/api-keys.ts';
import { apps } from './en/apps.ts';
import { charts } from './en/charts.ts';
import { clientDocuments } from './en/client-documents.ts';
import { clientFields } from './en/client-fields.ts';
import { connectedApp } from './en/connected-app.ts';
import { connectedApps } from './en/connected-apps.ts';
import { consent } from './en/consent.ts';
import { consentChoices } from './en/consent-choices.ts';
import { consentProjects } from './en/consent-projects.ts';
import { device } from './en/device.ts';
import { docs } from './en/docs.ts';
import { errors } from './en/errors.ts';
import { failures } from './en/failures.ts';
import { fields } from './en/fields.ts';
import { frame } from './en/frame.ts';
import { leaked } from './en/leaked.ts';
import { links } from './en/links.ts';
import { lists } from './en/lists.ts';
import { mails } from './en/mails.ts';
import { newPassword } from './en/new-password.ts';
import { outbox } from './en/outbox.ts';
import { ownPages } from './en/own-pages.ts';
import { passkeys } from './en/passkeys.ts';
import { playground } from './en/playground.ts';
import { problems } from './en/problems.ts';
import { registration } from './en/registration.ts';
import { secondStep } from './en/second-step.ts';
import { secondStepMails } from './en/second-step-mails.ts';
import { secretOnce } from './en/secret-once.ts';
import { security } from './en/security.ts';
import { signIn } from './en/sign-in.ts';
import { site } from './en/site.ts';
import { thirdParty } from './en/third-party.ts';
import { time } from './en/time.ts';
import { upstream } from './en/upstream.ts';
import { usage } from './en/usage.ts';
import { yourApps } from './en/your-apps.ts';

export const english = {
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

export type Messages = typeof english;
