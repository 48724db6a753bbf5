import { address } from './de/address.ts';
import { apps } from './de/apps.ts';
import { connectedApps } from './de/connected-apps.ts';
import { consent } from './de/consent.ts';
import { errors } from './de/errors.ts';
import { frame } from './de/frame.ts';
import { links } from './de/links.ts';
import { mails } from './de/mails.ts';
import { outbox } from './de/outbox.ts';
import { ownPages } from './de/own-pages.ts';
import { secondStep } from './de/second-step.ts';
import { security } from './de/security.ts';
import { signIn } from './de/sign-in.ts';
import { site } from './de/site.ts';
import { time } from './de/time.ts';
import type { Messages } from './en.ts';

export const german: Messages = {
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
