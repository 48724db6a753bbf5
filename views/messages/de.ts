import { address } from './de/address.ts';
import { afterReset } from './de/after-reset.ts';
import { apps } from './de/apps.ts';
import { charts } from './de/charts.ts';
import { connectedApps } from './de/connected-apps.ts';
import { consent } from './de/consent.ts';
import { errors } from './de/errors.ts';
import { failures } from './de/failures.ts';
import { fields } from './de/fields.ts';
import { frame } from './de/frame.ts';
import { links } from './de/links.ts';
import { lists } from './de/lists.ts';
import { mails } from './de/mails.ts';
import { newPassword } from './de/new-password.ts';
import { outbox } from './de/outbox.ts';
import { ownPages } from './de/own-pages.ts';
import { passkeys } from './de/passkeys.ts';
import { secondStep } from './de/second-step.ts';
import { secondStepMails } from './de/second-step-mails.ts';
import { secretOnce } from './de/secret-once.ts';
import { security } from './de/security.ts';
import { signIn } from './de/sign-in.ts';
import { site } from './de/site.ts';
import { time } from './de/time.ts';
import { upstream } from './de/upstream.ts';
import { yourApps } from './de/your-apps.ts';
import type { Messages } from './en.ts';

export const german: Messages = {
  address,
  afterReset,
  apps,
  charts,
  connectedApps,
  consent,
  errors,
  failures,
  fields,
  frame,
  links,
  lists,
  mails,
  newPassword,
  passkeys,
  secondStep,
  secondStepMails,
  security,
  outbox,
  ownPages,
  signIn,
  site,
  time,
  upstream,
  secretOnce,
  yourApps,
};
