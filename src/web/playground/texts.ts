/** What the playground says about each step, before and after it is taken. */

import type { Messages } from '../../../views/messages/en.ts';
import { listFormat } from '../../../views/messages/formats.ts';
import { m } from '../../../views/messages/index.ts';
import { scope } from './demo-notes.ts';
import { lastTaken, type StepName, type Walk } from './walk.ts';

const words = () => m().playground;

type Words = Messages['playground'];

/** The button that leads to a step. The person answers on pages of their own. */
export const goTo = (name: keyof Words['go']): string => words().go[name];

export function titleOf(name: StepName, walk: Walk | undefined): string {
  const answer = name === 'answer' ? walk?.taken.answer : undefined;
  if (!answer) return words().titles[name];
  if (answer.expected) return words().youAllowed;
  return answer.outcome === 'access_denied' ? words().youDenied : words().withError;
}

export function leadOf(name: StepName, walk: Walk | undefined): string {
  const { before, after, waiting } = words();
  const step = walk?.taken[name];
  if (walk && name === 'ask' && !step) return waiting;
  if (!walk || !step) return before[name];
  if (!step.expected) return failedLead(name);
  if (name === 'answer') return allowed(walk);
  return name in after ? after[name as keyof typeof after] : before[name];
}

function failedLead(name: StepName): string {
  const { failed, waiting } = words();
  if (name === 'ask') return waiting;
  return name in failed ? failed[name as keyof typeof failed] : failed.ended;
}

/** Which scopes were allowed, once the token says so. */
function allowed(walk: Walk): string {
  if (!walk.scope) return words().noToken;
  const granted = walk.scope.split(' ');
  const leftOut = scope.split(' ').filter((name) => !granted.includes(name));
  const list = listFormat();
  return leftOut.length > 0
    ? words().allowedPart(list.format(granted), list.format(leftOut))
    : words().allowedAll(list.format(granted));
}

/** The button if no step follows. */
export function goAfter(walk: Walk): string {
  return lastTaken(walk) === 'refused' ? words().walkAgain : words().askAgain;
}

/** The summary of the fold with the command, and what to know before pasting it. */
export function curlTexts(name: StepName): { title: string; hint?: string } {
  if (name === 'exchange') {
    return {
      title: words().withCurl,
      hint: words().spent,
    };
  }
  if (name === 'refresh') {
    return {
      title: words().moreWithCurl,
      hint: words().replaced,
    };
  }
  return { title: words().withCurl };
}

/** What came of a step; a status or an error code of the protocol stays as it is. */
export function outcomeWords(outcome: string): string {
  const { outcomes } = words();
  return Object.hasOwn(outcomes, outcome) ? outcomes[outcome as keyof typeof outcomes] : outcome;
}
