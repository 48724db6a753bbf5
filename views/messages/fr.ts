import type { Messages } from './en.ts';
import { address } from './fr/address.ts';
import { afterReset } from './fr/after-reset.ts';
import { apps } from './fr/apps.ts';
import { charts } from './fr/charts.ts';
import { connectedApps } from './fr/connected-apps.ts';
import { consent } from './fr/consent.ts';
import { errors } from './fr/errors.ts';
import { failures } from './fr/failures.ts';
import { fields } from './fr/fields.ts';
import { frame } from './fr/frame.ts';
import { links } from './fr/links.ts';
import { lists } from './fr/lists.ts';
import { mails } from './fr/mails.ts';
import { newPassword } from './fr/new-password.ts';
import { outbox } from './fr/outbox.ts';
import { ownPages } from './fr/own-pages.ts';
import { passkeys } from './fr/passkeys.ts';
import { secondStep } from './fr/second-step.ts';
import { secondStepMails } from './fr/second-step-mails.ts';
import { secretOnce } from './fr/secret-once.ts';
import { security } from './fr/security.ts';
import { signIn } from './fr/sign-in.ts';
import { site } from './fr/site.ts';
import { time } from './fr/time.ts';
import { upstream } from './fr/upstream.ts';
import { yourApps } from './fr/your-apps.ts';

export const french: Messages = {
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
