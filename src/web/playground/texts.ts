/** What the playground says about each step, before and after it is taken. */
import { scope } from './demo-notes.ts';
import { lastTaken, type StepName, type Walk } from './walk.ts';

/** The button that leads to a step. The person answers on pages of their own. */
export const go: Record<Exclude<StepName, 'answer'>, string> = {
  ask: 'Ask for access',
  exchange: 'Next: exchange the code',
  call: 'Next: call the API',
  refresh: 'Next: refresh',
  revoke: 'Next: revoke',
  refused: 'Next: call again',
};

const titles: Record<StepName, string> = {
  ask: 'Ask',
  answer: 'You answer',
  exchange: 'Exchange the code for tokens',
  call: 'Call the API',
  refresh: 'Refresh',
  revoke: 'Revoke',
  refused: 'Call again: refused',
};

export function titleOf(name: StepName, walk: Walk | undefined): string {
  const answer = name === 'answer' ? walk?.taken.answer : undefined;
  if (!answer) return titles[name];
  if (answer.expected) return 'You allowed it';
  return answer.outcome === 'access_denied' ? 'You allowed nothing' : 'It came back with an error';
}

export function leadOf(name: StepName, walk: Walk | undefined): string {
  const step = walk?.taken[name];
  if (walk && name === 'ask' && !step) return waiting;
  if (!walk || !step) return before[name];
  if (!step.expected) return failed[name];
  return name === 'answer' ? allowed(walk) : (after[name] ?? before[name]);
}

const before: Record<StepName, string> = {
  ask: 'Demo Notes sends you to the authorization page with a fresh PKCE challenge.',
  answer: 'You sign in, read what it wants, and allow all of it, a part, or nothing.',
  exchange: 'The code works once and for 60 seconds. The verifier proves that whoever asked is whoever exchanges.',
  call: 'GET /v1/projects behind the verifier, with the access token.',
  refresh: 'A new access token without asking you.',
  revoke: 'What Disconnect does.',
  refused: 'The same token, not expired, answered with 401 within a second.',
};

const after: Partial<Record<StepName, string>> = {
  ask: 'Demo Notes sent you to the authorization page with a fresh PKCE challenge.',
  refresh: 'A new access token without asking you. The refresh token was replaced as well.',
  revoke:
    'The refresh token ends, and with it every access token made from it. Disconnect does that to all connections of an app.',
  refused: 'The same token, not expired, and nobody accepts it any more.',
};

const waiting = 'You were sent to the authorization page and have not come back yet. Go on there, or ask again.';

const ended = 'You ended this access meanwhile, or it expired. Ask again to walk on.';
const failed: Record<StepName, string> = {
  ask: waiting,
  answer: 'Demo Notes learns that, and nothing else. Ask again to see the rest of the walk.',
  exchange:
    'The code waited longer than 60 seconds, was used before, or you disconnected Demo Notes. Ask again for a fresh one.',
  call: ended,
  refresh: ended,
  revoke: ended,
  refused: 'This should have been refused, but was not. Start over.',
};

/** Which scopes were allowed, once the token says so. */
function allowed(walk: Walk): string {
  if (!walk.scope) return 'Demo Notes has a code, and no token yet.';
  const granted = walk.scope.split(' ');
  const leftOut = scope.split(' ').filter((name) => !granted.includes(name));
  const part = `${listed(granted)}.`;
  return leftOut.length > 0 ? `${part} You left ${listed(leftOut)} out.` : `${part} That is all it asked for.`;
}

/** "a", "a and b", "a, b and c". */
function listed(names: string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The button if no step follows. */
export function goAfter(walk: Walk): string {
  return lastTaken(walk) === 'refused' ? 'Walk again' : 'Ask again';
}

/** The summary of the fold with the command, and what to know before pasting it. */
export function curlTexts(name: StepName): { title: string; hint?: string } {
  if (name === 'exchange') {
    return {
      title: 'The same with curl',
      hint: 'The code is cut short because it is spent: if it came a second time, every token made from it would end.',
    };
  }
  if (name === 'refresh') {
    return {
      title: 'Once more with curl',
      hint: 'With the new refresh token. From then on the replaced one counts as stolen, and its use ends the access.',
    };
  }
  return { title: 'The same with curl' };
}
