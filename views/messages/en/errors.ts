/** A page that says what went wrong: what happened, then what to do. */
export type ErrorWords = { title: string; lead: string; advice: string[] };

/**
 * Error pages. Each sentence has to be true in every case that gets it, so none says that nothing was shared if an answer
 * may have been sent before.
 */
export const errors = {
  whatYouCanDo: 'What you can do',
  forDeveloper: 'For the developer: what was wrong, and the request id',
  forSupport: 'For support: the request id',
  requestId: 'Request id',
  time: 'Time',
  aboutServer: 'About this server',
  asItIsNow: 'See it as it is now',
  developer: {
    error: 'Error',
    wrong: 'What was wrong',
    received: 'We received',
    fix: 'How to fix it',
  },
  /** A person got here with a browser that kept no cookie of ours. */
  cookiesOff: {
    title: 'Your browser sent no cookie',
    lead: 'Signing in needs one: it keeps what you do here apart from what anybody else does. Nothing was changed.',
    advice: [
      'Allow cookies for this address in the settings of your browser. A private window, or an add-on that blocks content, may refuse them too.',
      'Then go back to where you came from and start again. If you opened a link from another browser, start again in this one.',
    ],
  } as ErrorWords,
  appRemoved: {
    title: 'This app can’t be used now',
    lead: 'It was suspended or removed after it asked. Its access has ended.',
    advice: ['There is nothing left to answer. If you need the app, ask whoever makes it.'],
  } as ErrorWords,
  appChanged: {
    title: 'This app has changed',
    lead: 'What it says of itself, or what it may ask for, changed after it asked. Nothing was shared.',
    advice: ['Go back to the app and start again from there. It can ask for what it is allowed now.'],
  } as ErrorWords,
  interactionOver: {
    title: 'This page has expired',
    lead: 'It was answered already, waited too long, or belongs to another browser, or you signed out meanwhile. Opening it again changed nothing.',
    advice: [
      'Go back to the app and start again from there. It will send you here with a fresh request.',
      'If you have allowed the app, that stands: your connected apps show what it may do.',
    ],
  } as ErrorWords,
  overload: {
    title: 'We can’t answer right now',
    lead: 'VibeCaaS is too busy at this moment. Nothing that you sent was done.',
    advice: ['Wait a few seconds, then try again.'],
  } as ErrorWords,
  tooManyTries: (wait: string | undefined): ErrorWords => ({
    title: 'Too many tries',
    lead: 'To keep accounts safe, this has to wait a little.',
    advice: [`Wait ${wait ?? 'a few minutes'}, then try again.`],
  }),
  failed: {
    title: 'Something here failed',
    lead: 'This is our fault, not yours.',
    advice: [
      'Try again in a moment. If you sent a form, check first whether it took effect.',
      'If it happens again, tell whoever runs this server the request id below.',
    ],
  } as ErrorWords,
  byStatus: {
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
  } as Readonly<Record<400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 503, ErrorWords>>,
  /** The authorization request of an app was wrong. */
  request: {
    failed: {
      title: 'Something here failed',
      lead: 'This is our fault, not yours and not the app’s.',
      advice: ['Try again in a moment. If it happens again, tell whoever runs this server the request id below.'],
    } as ErrorWords,
    title: (app: string | undefined): string => `${app ?? 'The app'} sent a request we can’t accept`,
    tab: 'This request can’t go on',
    nothingShared: 'Nothing was shared, and nothing in your account changed.',
    nobodySignedOut: 'Nobody was signed out: if you were signed in here, you still are.',
    tryOnceMore: (app: string | undefined): string =>
      `Go back to ${app ?? 'the app'} and try once more. If this page comes back, the mistake is in the app: send its developer the request id below.`,
    signOutWithout:
      'You can sign out without the app. If this page comes back, the mistake is in the app: send its developer the request id below.',
    signOut: 'Sign out of VibeCaaS',
    asksInVain: (app: string | undefined): string => `${app ?? 'The app'} asked for something that it can’t have`,
    goOnOnly: (host: string): string =>
      `Nobody at VibeCaaS has checked this app. Go on only if you know ${host} and want to go there.`,
    goOnTo: (host: string): string => `Go on to ${host}`,
    backTo: (host: string): string => `Back to ${host}`,
  },
  otherName: {
    title: 'This server has another name',
    lead: (issuer: string): string => `It answers as ${issuer} only, so that nobody can pretend to be it.`,
    goTo: (host: string): string => `Go to ${host}`,
  },
};
