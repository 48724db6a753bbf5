import type { Messages } from './en.ts';
import { address } from './fr/address.ts';
import { apps } from './fr/apps.ts';
import { consent } from './fr/consent.ts';
import { errors } from './fr/errors.ts';
import { frame } from './fr/frame.ts';
import { links } from './fr/links.ts';
import { mails } from './fr/mails.ts';
import { signIn } from './fr/sign-in.ts';
import { time } from './fr/time.ts';

export const french: Messages = {
  address,
  apps,
  consent,
  errors,
  frame,
  links,
  mails,
  signIn,
  time,
};
