import { errorPage } from '../error.ts';
import type { Link } from '../layout.ts';

/** Why another provider did not sign somebody in. */
export type UpstreamProblem = keyof typeof texts;

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
  /** The person wanted to connect it to their account. */
  connects: boolean;
  /** Everybody signs in there. */
  isHome: boolean;
  requestId: string;
  time: Date;
}): string {
  const { problem, title, back, connects, isHome, requestId, time } = props;
  const text = texts[problem](title, { isHome });
  const actions: Link[] = connects
    ? [{ href: back, label: links.security }]
    : [
        ...(isHome && problem !== 'unknown'
          ? [{ href: back.replace('?here&', '?').replace('?here', ''), label: links.again(title) }]
          : []),
        { href: back, label: isHome ? links.here : links.signIn },
      ];
  return errorPage({ ...text, actions, requestId, time });
}

const links = {
  security: 'Back to Security',
  signIn: 'Back to the sign-in page',
  here: 'Sign in here with a password',
  again: (title: string) => `Try ${title} again`,
};

interface Text {
  title: string;
  lead: string;
  advice: string[];
}

type Write = (title: string, facts: { isHome: boolean }) => Text;

const texts = {
  down: (title) => ({
    title: `${title} can’t be reached right now`,
    lead: 'It did not answer, or said that it can’t. You are not signed in, and nothing changed.',
    advice: ['Try again in a minute, or sign in another way.'],
  }),
  refused: (title) => ({
    title: `${title} sent an answer that we can’t accept`,
    lead: 'It did not prove who you are. You are not signed in, and nothing changed.',
    advice: [
      'Start again from the sign-in page, in one tab.',
      'If it happens again, sign in another way and tell whoever runs this server the request id below.',
    ],
  }),
  denied: (title) => ({
    title: `${title} didn’t sign you in`,
    lead: 'You or it said no. Nothing changed.',
    advice: ['If that was a mistake, start again. If not, sign in another way.'],
  }),
  'not-asked': (title) => ({
    title: `${title} didn’t ask who you are`,
    lead: 'What you want to do needs a new sign-in, and it took an old one. Nothing changed.',
    advice: [`Sign out at ${title}, then start again. Or sign in another way.`],
  }),
  unknown: (title, { isHome }) => ({
    title: `${title} opens no account here`,
    lead: `You signed in at ${title}, but that is not connected to an account here that you can use.`,
    advice: isHome
      ? [`Check that your address is confirmed at ${title}.`, 'If it is, ask whoever runs this server for help.']
      : ['If you have an account, sign in your usual way. Then open Security and connect it under “Other ways in”.'],
  }),
  over: (title) => ({
    title: 'This sign-in is over',
    lead: `This answer of ${title} was used already, came too late, or belongs to another browser. Nothing changed.`,
    advice: ['Start again from the sign-in page, and stay in one browser until you are done.'],
  }),
  taken: (title) => ({
    title: `This account at ${title} is connected elsewhere`,
    lead: 'It signs in to another account here, and it can do that for one only. Nothing changed.',
    advice: [`Sign in with ${title} to see which. Disconnect it there first, under Security.`],
  }),
  'has-another': (title) => ({
    title: `Your account has another account at ${title}`,
    lead: 'Only one can be connected at a time. Nothing changed.',
    advice: ['Disconnect the other one first, under Security.'],
  }),
} satisfies Record<string, Write>;
