import type { Messages } from './en.ts';
import { address } from './es/address.ts';
import { apps } from './es/apps.ts';
import { connectedApps } from './es/connected-apps.ts';
import { consent } from './es/consent.ts';
import { errors } from './es/errors.ts';
import { frame } from './es/frame.ts';
import { links } from './es/links.ts';
import { mails } from './es/mails.ts';
import { outbox } from './es/outbox.ts';
import { ownPages } from './es/own-pages.ts';
import { secondStep } from './es/second-step.ts';
import { security } from './es/security.ts';
import { signIn } from './es/sign-in.ts';
import { site } from './es/site.ts';
import { time } from './es/time.ts';

export const spanish: Messages = {
  address,
  apps,
  connectedApps,
  consent,
  errors,
  frame,
  secondStep,
  security,
  outbox,
  ownPages,
  links,
  mails,
  signIn,
  site,
  time,
};
