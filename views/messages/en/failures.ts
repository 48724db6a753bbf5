/** The failed requests of an app, as its developer and admins see them. */
export const failures = {
  caption: 'Failed requests, newest first',
  wrongAndFix: 'What was wrong, and the fix',
  request: 'Request',
  sender: 'Sender',
  senderUnknown: 'Sender unknown',
  everybody: 'Everybody',
  known: 'The app and its people',
  unknown: 'Unknown',
  find: 'Find',
  notShown: 'sent, not shown',
  whatWasSent: 'What was sent',
  endpoint: 'Endpoint',
  ourAnswer: 'Our answer',
  detail: 'Detail',
  senders: {
    client: 'The app. It had authenticated.',
    person: 'A person who was signed in here, or whose code or token of this app was sent.',
    stranger: 'Unknown. Anybody can send a request that names the app, so it does not count against it.',
  },
};
