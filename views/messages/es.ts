import type { Messages } from './en.ts';
import { apps } from './es/apps.ts';
import { charts } from './es/charts.ts';
import { connectedApps } from './es/connected-apps.ts';
import { consent } from './es/consent.ts';
import { errors } from './es/errors.ts';
import { failures } from './es/failures.ts';
import { frame } from './es/frame.ts';
import { lists } from './es/lists.ts';
import { secondStep } from './es/second-step.ts';
import { secretOnce } from './es/secret-once.ts';
import { security } from './es/security.ts';
import { signIn } from './es/sign-in.ts';
import { site } from './es/site.ts';
import { time } from './es/time.ts';
import { yourApps } from './es/your-apps.ts';

export const spanish: Messages = {
  apps,
  charts,
  connectedApps,
  consent,
  errors,
  failures,
  frame,
  lists,
  secondStep,
  secretOnce,
  security,
  signIn,
  site,
  time,
  yourApps,
};
