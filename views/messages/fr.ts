import type { Messages } from './en.ts';
import { address } from './fr/address.ts';
import { apps } from './fr/apps.ts';
import { connectedApps } from './fr/connected-apps.ts';
import { consent } from './fr/consent.ts';
import { errors } from './fr/errors.ts';
import { frame } from './fr/frame.ts';
import { links } from './fr/links.ts';
import { mails } from './fr/mails.ts';
import { outbox } from './fr/outbox.ts';
import { ownPages } from './fr/own-pages.ts';
import { secondStep } from './fr/second-step.ts';
import { security } from './fr/security.ts';
import { signIn } from './fr/sign-in.ts';
import { site } from './fr/site.ts';
import { time } from './fr/time.ts';

export const french: Messages = {
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
