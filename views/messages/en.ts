/** English is the original: its type is what every other language must match. */
import { apps } from './en/apps.ts';
import { consent } from './en/consent.ts';
import { errors } from './en/errors.ts';
import { frame } from './en/frame.ts';
import { signIn } from './en/sign-in.ts';
import { time } from './en/time.ts';

export const english = {
  apps,
  consent,
  errors,
  frame,
  signIn,
  time,
};

export type Messages = typeof english;
