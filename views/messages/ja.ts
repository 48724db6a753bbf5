import type { Messages } from './en.ts';
import { address } from './ja/address.ts';
import { apps } from './ja/apps.ts';
import { connectedApps } from './ja/connected-apps.ts';
import { consent } from './ja/consent.ts';
import { errors } from './ja/errors.ts';
import { frame } from './ja/frame.ts';
import { links } from './ja/links.ts';
import { mails } from './ja/mails.ts';
import { outbox } from './ja/outbox.ts';
import { ownPages } from './ja/own-pages.ts';
import { secondStep } from './ja/second-step.ts';
import { security } from './ja/security.ts';
import { signIn } from './ja/sign-in.ts';
import { site } from './ja/site.ts';
import { time } from './ja/time.ts';

export const japanese: Messages = {
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
