import { apps } from './de/apps.ts';
import { consent } from './de/consent.ts';
import { errors } from './de/errors.ts';
import { frame } from './de/frame.ts';
import { signIn } from './de/sign-in.ts';
import { time } from './de/time.ts';
import type { Messages } from './en.ts';

export const german: Messages = {
  apps,
  consent,
  errors,
  frame,
  signIn,
  time,
};
