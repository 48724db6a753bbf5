/** A walk as the page shows it: the steps taken, the open step, and the button to the next. */
import type { PlaygroundStep } from '../../../views/playground/index.ts';
import { curlTexts, goAfter, goTo, leadOf, outcomeWords, titleOf } from './texts.ts';
import { lastTaken, nextStep, type StepName, stepNames, type Taken, type Walk } from './walk.ts';

/** The last step taken is open and leads to the next. `now` is in epoch milliseconds. */
export function stepsOf(walk: Walk | undefined, now: number): PlaygroundStep[] {
  const open = (walk && lastTaken(walk)) ?? 'ask';
  return stepNames.map((name) => {
    const taken = walk?.taken[name];
    const facts = { title: titleOf(name, walk), lead: leadOf(name, walk), ...(taken && wentOver(name, taken, now)) };
    if (name === open) return { ...facts, state: 'now', next: wayOn(walk) };
    return { ...facts, state: taken ? 'done' : 'later' };
  });
}

function wentOver(name: StepName, taken: Taken, now: number): Partial<PlaygroundStep> {
  const { outcome, expected, exchange, curl, accessToken } = taken;
  return {
    outcome: { text: outcomeWords(outcome), ok: expected },
    exchange: { ...exchange, status: outcomeWords(exchange.status), ok: expected, sentAt: new Date(exchange.sentAt) },
    ...(curl && { curl: { ...curlTexts(name), command: curl } }),
    ...(accessToken && { decoded: decode(accessToken, now) }),
  };
}

function wayOn(walk: Walk | undefined): { action: string; label: string } {
  if (!walk || !lastTaken(walk)) return { action: '/playground/ask', label: goTo('ask') };
  const next = nextStep(walk);
  if (!next || next === 'answer') return { action: '/playground/ask', label: goAfter(walk) };
  return { action: `/playground/${next}`, label: goTo(next) };
}

/** The issuer, the audience and the subject first, then the rest. */
const claimOrder = ['iss', 'aud', 'sub', 'client_id', 'scope', 'iat', 'exp', 'jti', 'gid'];

function decode(token: string, now: number): { claims: string; secondsLeft: number } {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  const ordered = { ...Object.fromEntries(claimOrder.map((name) => [name, undefined])), ...claims };
  return { claims: JSON.stringify(ordered, null, 2), secondsLeft: Math.max(0, Math.floor(claims.exp - now / 1000)) };
}
