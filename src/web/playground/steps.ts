/** The steps of the playground, as facts: what each is called, what it says, what leads on from it. */
import type { PlaygroundStep } from '../../../views/playground.ts';
import { type StepName, stepNames, type Walk } from './walk.ts';

const texts: Record<StepName, { title: string; lead: string; go: string }> = {
  ask: {
    title: 'Ask',
    lead: 'Demo Notes sends you to the authorization page with a fresh PKCE challenge.',
    go: 'Ask for access',
  },
  answer: {
    title: 'You answer',
    lead: 'You sign in, read what is asked, and allow it or part of it. The app gets a code.',
    go: '',
  },
  exchange: {
    title: 'Exchange the code for tokens',
    lead: 'The code works once and for 60 seconds. The verifier proves that whoever asked is whoever exchanges.',
    go: 'Next: exchange the code',
  },
  call: {
    title: 'Call the API',
    lead: 'GET /v1/projects behind the verifier, with the access token.',
    go: 'Next: call the API',
  },
  refresh: { title: 'Refresh', lead: 'A new access token without asking you.', go: 'Next: refresh' },
  revoke: { title: 'Revoke', lead: 'What Disconnect does.', go: 'Next: revoke' },
  refused: {
    title: 'Call again: refused',
    lead: 'The same token, not expired, answered with 401 within a second.',
    go: 'Next: call again',
  },
};

/** The page's steps: the last one that was taken is open and leads on to the next. */
export function stepsOf(walk: Walk | undefined, now: number): PlaygroundStep[] {
  const taken = stepNames.filter((name) => walk?.taken[name]);
  const open = taken.at(-1) ?? 'ask';
  const failed = walk?.taken[open]?.expected === false;
  return stepNames.map((name, index) => {
    const step = walk?.taken[name];
    const following = step ? stepNames[index + 1] : name;
    const state = name === open ? 'now' : step ? 'done' : 'later';
    return {
      title: texts[name].title,
      lead: step?.lead ?? texts[name].lead,
      state,
      ...(step && { outcome: { text: step.outcome, ok: step.expected }, exchange: step.exchange }),
      ...(state === 'now' && step?.accessToken && { decoded: decode(step.accessToken, now) }),
      ...(state === 'now' && following && texts[following].go && !failed
        ? { next: { action: `/playground/${following}`, label: texts[following].go } }
        : {}),
    };
  });
}

function decode(token: string, now: number): { claims: string; secondsLeft: number } {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  return { claims: JSON.stringify(claims, null, 2), secondsLeft: Math.max(0, Math.floor(claims.exp - now / 1000)) };
}
