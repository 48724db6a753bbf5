import type { Messages } from './en.ts';
import { address } from './ja/address.ts';
import { apps } from './ja/apps.ts';
import { consent } from './ja/consent.ts';
import { errors } from './ja/errors.ts';
import { frame } from './ja/frame.ts';
import { links } from './ja/links.ts';
import { mails } from './ja/mails.ts';
import { signIn } from './ja/sign-in.ts';
import { time } from './ja/time.ts';

export const japanese: Messages = {
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
