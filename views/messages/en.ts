/** English is the original: its type is what every other language must match. */
import { address } from './en/address.ts';
import { apps } from './en/apps.ts';
import { connectedApps } from './en/connected-apps.ts';
import { consent } from './en/consent.ts';
import { errors } from './en/errors.ts';
import { frame } from './en/frame.ts';
import { links } from './en/links.ts';
import { mails } from './en/mails.ts';
import { outbox } from './en/outbox.ts';
import { ownPages } from './en/own-pages.ts';
import { secondStep } from './en/second-step.ts';
import { security } from './en/security.ts';
import { signIn } from './en/sign-in.ts';
import { site } from './en/site.ts';
import { time } from './en/time.ts';

export const english = {
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

export type Messages = typeof english;
