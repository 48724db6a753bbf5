/** English is the original: its type is what every other language must match. */
import { apps } from './en/apps.ts';
import { connectedApps } from './en/connected-apps.ts';
import { consent } from './en/consent.ts';
import { errors } from './en/errors.ts';
import { frame } from './en/frame.ts';
import { passkeys } from './en/passkeys.ts';
import { secondStep } from './en/second-step.ts';
import { security } from './en/security.ts';
import { signIn } from './en/sign-in.ts';
import { site } from './en/site.ts';
import { time } from './en/time.ts';

export const english = {
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

export type Messages = typeof english;
