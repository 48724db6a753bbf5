import type { Messages } from './en.ts';
import { address } from './es/address.ts';
import { apps } from './es/apps.ts';
import { consent } from './es/consent.ts';
import { errors } from './es/errors.ts';
import { frame } from './es/frame.ts';
import { links } from './es/links.ts';
import { mails } from './es/mails.ts';
import { signIn } from './es/sign-in.ts';
import { time } from './es/time.ts';

export const spanish: Messages = {
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
