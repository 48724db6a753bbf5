import type { Messages } from './en.ts';
import { apps } from './es/apps.ts';
import { connectedApps } from './es/connected-apps.ts';
import { consent } from './es/consent.ts';
import { errors } from './es/errors.ts';
import { frame } from './es/frame.ts';
import { passkeys } from './es/passkeys.ts';
import { secondStep } from './es/second-step.ts';
import { security } from './es/security.ts';
import { signIn } from './es/sign-in.ts';
import { site } from './es/site.ts';
import { time } from './es/time.ts';

export const spanish: Messages = {
  apps,
  connectedApps,
  consent,
  errors,
  frame,
  passkeys,
  secondStep,
  security,
  signIn,
  site,
  time,
};
