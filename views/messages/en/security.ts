import { html } from 'hono/html';

/** The page on which a person sees how they sign in, and changes their password. */
export const security = {
  title: 'Security',
  lead: 'How you sign in, and how you get back in.',
  password: 'Password',
  passwordLead:
    'A change signs you out everywhere else. It ends every connection of your apps; what you allowed them stays.',
  passwordNone: 'You have none: you sign in another way.',
  setByMail: 'Set one by mail',
  currentPassword: 'Current password',
  wrong: 'is wrong: nothing was changed',
  newPassword: 'New password',
  change: 'Change password',
  changeFirst: html`Change<span class="vh"> your password</span>`,
  tooMany: 'Too many tries.',
  wait: (time: string): string => `Nothing was changed. Wait ${time}, then try again.`,
  notices: {
    'mail-sent': { what: 'Look in your mail.', todo: 'A link is on its way. It works for 24 hours and only once.' },
    'password-changed': {
      what: 'Your password is changed.',
      todo: 'You are signed in only here, and every connection of your apps has ended.',
    },
    'second-step-off': { what: 'The second step is off.', todo: 'From now on a sign-in asks for no code.' },
  },
};
