import { callName, callText } from '../app-identity.ts';
import { m } from '../messages/index.ts';
import { type TurnedAway, turnedAwayPage } from './turned-away.ts';

/** Replaces the consent page when the app is at its user limit and this account is not a user yet. */
export function peopleLimitPage(props: TurnedAway & { limit: number }): string {
  const { title, heading, lead, advice, wrong, fix } = m().consent.full;
  const { app, limit } = props;
  return turnedAwayPage(props, {
    decision: 'leave',
    title: title(callText(app)),
    heading: heading(callName(app)),
    lead: lead(limit),
    advice,
    wrong: wrong(limit),
    fix,
  });
}
