import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** Connecting a device or a command line by the code that it shows. */
export const device = {
  title: 'Connect a device',
  heading: 'Connect a device or command line',
  lead: 'It has no browser of its own, so it shows you a code. Type it here; the next page says which app it is.',
  label: 'Code on the device',
  hint: 'Eight letters. Capitals and the dash don’t matter.',
  go: 'Continue',
  sent: 'Did somebody send you this code?',
  sentTodo:
    'Then stop here. Only type a code from a device in front of you. VibeCaaS never sends one by mail, chat or phone.',
  notACode: 'That is not a code.',
  notACodeTodo: 'A code has eight letters, none of them a vowel. Compare it with the device.',
  unknown: 'There is no such code.',
  unknownTodo:
    'It may be mistyped, or older than ten minutes. Compare it with the device, or let the device make a new one.',
  tooMany: 'Too many wrong codes.',
  wait: (time: string): string => `Wait ${time}, then try again.`,
  orSignIn: (signIn: (words: string) => Html): Html =>
    html`Or ${signIn('sign in first')}: then wrong codes of other people don’t hold you up.`,
  confirm: {
    title: 'Is this your device?',
    heading: 'Is this the device in front of you?',
    mustShow: 'It must show this code now',
    here: 'Asked from the network that you are in.',
    hereTodo: 'If you did not start this yourself a moment ago, somebody may be tricking you: press “No, stop”.',
    elsewhere: 'Asked from another network than yours.',
    elsewhereTodo:
      'That is right for a server or a friend’s house. If you did not start this yourself a moment ago, somebody may be tricking you: press “No, stop”.',
    asked: 'Asked',
    from: 'From',
    by: 'By',
    asksFor: 'Asks for',
    account: 'Your account',
    stop: 'No, stop',
    go: 'Yes, go on',
    nothingYet: 'Nothing is allowed yet. The next page asks what it may do.',
  },
  ends: {
    done: {
      title: 'Your device is connected',
      lead: 'You can close this page and go back to your device. It goes on by itself within a few seconds.',
      next: 'You see what it may do, and end it, under connected apps.',
    },
    stopped: {
      title: 'Stopped',
      lead: 'The device gets nothing. You can close this page.',
      next: 'If somebody sent you the code, they wanted to get into your account. They got nothing. Never type a code that came by mail, chat or phone.',
    },
    expired: {
      title: 'This code has expired',
      lead: 'A code works for ten minutes. Nothing was allowed.',
      next: 'Let the device make a new code, and type that one.',
    },
    used: {
      title: 'This code was used already',
      lead: 'A code works once, in the browser in which it was confirmed first.',
      next: 'If that was you, look at the device: it may be connected. If not, let the device make a new code.',
    },
  },
  /** In the activity of an account. */
  events: {
    confirmed: (app: Html): Html => html`<b>A device’s code</b> confirmed, for ${app}`,
    denied: (app: Html): Html => html`<b>A device</b> turned away, which asked for ${app}`,
  },
  another: 'Type another code',
};
