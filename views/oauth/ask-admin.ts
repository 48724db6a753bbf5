import { callName, callText } from '../app-identity.ts';
import { m } from '../messages/index.ts';
import { type TurnedAway, turnedAwayPage } from './turned-away.ts';

/** Replaces the consent page while an admin has to allow the app first. */
export function askAdminPage(props: TurnedAway): string {
  const { title, heading, lead, next, wrong, fix } = m().thirdParty.ask;
  const { app } = props;
  return turnedAwayPage(props, {
    decision: 'wait',
    title: title(callText(app)),
    heading: heading(callName(app)),
    lead,
    advice: next,
    wrong,
    fix,
  });
}
