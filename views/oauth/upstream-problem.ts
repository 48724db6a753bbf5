import { errorPage } from '../error.ts';
import type { Link } from '../layout.ts';
import type { Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';

/** Why another provider did not sign somebody in. */
export type UpstreamProblem = Exclude<keyof Messages['upstream']['problems'], 'unknown-at-home'>;

/** Their advice is another way to sign in. */
const signInProblems: readonly UpstreamProblem[] = ['down', 'refused', 'denied'];

/**
 * Says what happened and where to go on. `unknown` has one text, whether the person has no account, has one that is not connected,
 * or has one that is suspended.
 */
export function upstreamProblemPage(props: {
  problem: UpstreamProblem;
  /** What people call the provider. */
  title: string;
  /** The page from which the person went there. */
  back: string;
  /** The sign-in to begin anew, if people usually go to the provider at once. */
  again: string | undefined;
  /** The person wanted to connect it to their account. */
  connects: boolean;
  requestId: string;
  time: Date;
}): string {
  const { problem, title, back, again, connects, requestId, time } = props;
  const { problems, toSecurity, toSignIn, signInHere, tryAgain, connectAgain } = m().upstream;
  const text = problems[problem === 'unknown' && again !== undefined ? 'unknown-at-home' : problem](title);
  const here: Link = { href: back, label: again === undefined ? toSignIn : signInHere };
  const actions: Link[] = connects
    ? [{ href: back, label: toSecurity }]
    : [...(again === undefined ? [] : [{ href: again, label: tryAgain(title) }]), here];
  const advice = connects && signInProblems.includes(problem) ? [connectAgain] : text.advice;
  return errorPage({ ...text, advice, actions, requestId, time });
}
