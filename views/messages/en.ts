/** English is the original: its type is what every other language must match. */
import { address } from './en/address.ts';
import { apps } from './en/apps.ts';
import { consent } from './en/consent.ts';
import { errors } from './en/errors.ts';
import { frame } from './en/frame.ts';
import { links } from './en/links.ts';
import { mails } from './en/mails.ts';
import { signIn } from './en/sign-in.ts';
import { time } from './en/time.ts';

export const english = {
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

export type Messages = typeof english;
