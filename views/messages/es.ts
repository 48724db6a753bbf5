import type { Messages } from './en.ts';
import { apps } from './es/apps.ts';
import { consent } from './es/consent.ts';
import { errors } from './es/errors.ts';
import { frame } from './es/frame.ts';
import { signIn } from './es/sign-in.ts';
import { time } from './es/time.ts';

export const spanish: Messages = {
  apps,
  consent,
  errors,
  frame,
  signIn,
  time,
};
