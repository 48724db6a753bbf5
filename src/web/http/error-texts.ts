/**
 * What an error page of ours says: what happened, then what to do. Each sentence has to be true in every case that gets
 * it, so none says that nothing was shared if an answer may have been sent before.
 */
import { duration } from '../../../views/time.ts';
import type { AppError } from '../../errors.ts';
import { appChanged, type ErrorText, interactionOver } from '../../oidc/hooks/error-texts.ts';

export function textOf(error: AppError, status: number): ErrorText {
  const page = error.details?.page;
  if (page === 'interaction') return interactionOver;
  if (page === 'cookies') return cookiesOff;
  if (page === 'changed') return appChanged;
  if (page === 'removed') return appRemoved;
  if (page === 'overload') return overload;
  if (status === 429) return tooManyTries(error.details?.retryAfterSeconds);
  return texts[status] ?? failed;
}

/** The browser sent no cookie of ours, although this page or the one before it set one. */
const cookiesOff: ErrorText = {
  title: 'Your browser sent no cookie',
  lead: 'Signing in needs one: it keeps what you do here apart from what anybody else does. Nothing was changed.',
  advice: [
    'Allow cookies for this address in the settings of your browser. A private window, or an add-on that blocks content, may refuse them too.',
    'Then go back to where you came from and start again. If you opened a link from another browser, start again in this one.',
  ],
};

const appRemoved: ErrorText = {
  title: 'This app can’t be used now',
  lead: 'VibeCaaS suspended or removed it while this page was open. Its access has ended.',
  advice: ['There is nothing left to answer. If you need the app, ask whoever makes it.'],
};

function tooManyTries(retryAfterSeconds: unknown): ErrorText {
  const wait = typeof retryAfterSeconds === 'number' ? duration(retryAfterSeconds) : 'a few minutes';
  return {
    title: 'Too many tries',
    lead: 'To keep accounts safe, this has to wait a little.',
    advice: [`Wait ${wait}, then try again.`],
  };
}

/** Admission refused the request before anything of it was done. */
const overload: ErrorText = {
  title: 'We can’t answer right now',
  lead: 'VibeCaaS is too busy at this moment. Nothing that you sent was done.',
  advice: ['Wait a few seconds, then try again.'],
};

const failed: ErrorText = {
  title: 'Something here failed',
  lead: 'This is our fault, not yours.',
  advice: [
    'Try again in a moment. If you sent a form, check first whether it took effect.',
    'If it happens again, tell whoever runs this server the request id below.',
  ],
};

const texts: Readonly<Record<number, ErrorText>> = {
  400: {
    title: 'This request can’t be read',
    lead: 'Nothing in your account changed.',
    advice: ['Go back, load the page again and send it once more.'],
  },
  401: {
    title: 'You are not signed in',
    lead: 'This page is only for people who are. Nothing changed.',
    advice: ['Sign in, then try again.'],
  },
  403: {
    title: 'This form was not accepted',
    lead: 'It did not come from its own page, or that page was open too long. Nothing changed.',
    advice: ['Open the page again and send the form from there.'],
  },
  404: {
    title: 'There is nothing here',
    lead: 'The address may be mistyped, or what was here is gone.',
    advice: ['Check the address. If an app sent you here, tell its developer.'],
  },
  405: {
    title: 'This address does not accept such a request',
    lead: 'It belongs to a form or to a program. Nothing changed.',
    advice: ['Go back to the page that you came from and go on from there.'],
  },
  409: {
    title: 'Somebody else was first',
    lead: 'What you wanted to change was changed in the meantime. Nothing of yours was saved.',
    advice: ['Load the page again and look at how it is now.'],
  },
  410: {
    title: 'This page has expired',
    lead: 'It was used already or waited too long. Opening it again changed nothing.',
    advice: ['Go back to where you came from and start again.'],
  },
  413: {
    title: 'This form is too large',
    lead: 'It is larger than any form of ours. Nothing was saved, and nothing changed.',
    advice: ['Go back, make it shorter and send it once more.'],
  },
  503: {
    title: 'We can’t answer right now',
    lead: 'Something we depend on is down or overloaded.',
    advice: ['Try again in a moment. If you sent a form, check first whether it took effect.'],
  },
};
