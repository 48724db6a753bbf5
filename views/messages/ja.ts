import type { Messages } from './en.ts';
import { apps } from './ja/apps.ts';
import { consent } from './ja/consent.ts';
import { errors } from './ja/errors.ts';
import { frame } from './ja/frame.ts';
import { signIn } from './ja/sign-in.ts';
import { time } from './ja/time.ts';

export const japanese: Messages = {
  apps,
  consent,
  errors,
  frame,
  signIn,
  time,
};
