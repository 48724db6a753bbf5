import type { Messages } from './en.ts';
import { apps } from './ja/apps.ts';
import { connectedApps } from './ja/connected-apps.ts';
import { consent } from './ja/consent.ts';
import { errors } from './ja/errors.ts';
import { frame } from './ja/frame.ts';
import { passkeys } from './ja/passkeys.ts';
import { secondStep } from './ja/second-step.ts';
import { security } from './ja/security.ts';
import { signIn } from './ja/sign-in.ts';
import { site } from './ja/site.ts';
import { time } from './ja/time.ts';

export const japanese: Messages = {
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
