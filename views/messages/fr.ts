import type { Messages } from './en.ts';
import { apps } from './fr/apps.ts';
import { consent } from './fr/consent.ts';
import { errors } from './fr/errors.ts';
import { frame } from './fr/frame.ts';
import { signIn } from './fr/sign-in.ts';
import { time } from './fr/time.ts';

export const french: Messages = {
  apps,
  consent,
  errors,
  frame,
  signIn,
  time,
};
