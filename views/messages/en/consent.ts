import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

const words = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

/** A number as the first word of a sentence; in digits from eleven on. */
const count = (n: number): string => words[n] ?? String(n);

/** The consent page, and what takes its place or follows it. */
export const consent = {
  title: (app: string): string => `Allow ${app}?`,
  titleMore: (app: string): string => `${app} asks for more`,
  headingMore: (app: Html): Html => html`${app} asks for more than you allowed`,
  asksFor: 'What it asks for',
  new: (n: number): string => plural(n, { one: '# permission is new', other: '# permissions are new' }),
  deny: 'Deny',
  allow: 'Allow',
  optional: 'Optional',
  nothingAsked: 'Nothing of yours. It learns only that you have an account here, and knows you again next time.',
  upToYou: {
    onlyOne: 'It is up to you: tick it or leave it out.',
    all: 'All of it is up to you: tick what it may do.',
    some: (n: number): string =>
      n === 1
        ? 'One is up to you: tick it or leave it out.'
        : `${count(n)} are up to you: tick them or leave them out.`,
  },
  startedProgram: (app: Html): Html => html`Have you just started ${app} yourself?`,
  ifNotProgram: 'If not, deny: any program on this computer could be asking.',
  ifNotApp: 'If not, deny: any app on this device could be asking.',
  afterKeeps: (app: Html, connectedApps: Html): Html =>
    html`If you deny, ${app} keeps what you allowed before. End that under ${connectedApps}.`,
  afterUnchecked: 'Not sure? Deny. Nothing is shared, and you can start again from the app.',
  afterChecked: (connectedApps: Html): Html =>
    html`It never sees your password. You can end this at any time under ${connectedApps}.`,
  before: {
    heading: (on: Html): Html => html`You allowed this on ${on}`,
    leftOut: (titles: Html): Html => html`You left out ${titles} then.`,
    notNow: (app: Html, n: number): Html => html`${app} does not ask for ${n === 1 ? 'it' : 'them'} now.`,
    stays: (n: number): string => (n === 1 ? 'It stays left out.' : 'They stay left out.'),
    again: (app: Html, n: number): Html => html`${app} asks for ${n === 1 ? 'it' : 'them'} again.`,
  },
  route: {
    account: 'Your account: ',
    notYou: 'Not you?',
    backTo: 'After this you go back to ',
    /** The other places of an app that came by itself. */
    alsoTo: (places: Html): Html => html`It can also send you to ${places}.`,
    loopback: 'a program on this computer',
    'private-use': 'an app on this device',
    device: 'the device that showed you the code',
  },
  terms: {
    summary: 'Who runs it, and on what terms',
    lasts: 'How long it lasts',
    runBy: 'Run by',
    checked: 'What VibeCaaS checked',
    checkedWhat: (host: Html | undefined): Html =>
      html`Who runs it${host && html`, and that ${host} is theirs`}. Not whether the app is good.`,
    purpose: 'What it is for',
    promises: 'What it promises',
    privacyPolicy: 'Privacy policy',
    termsOfUse: 'terms of use',
    help: 'Help',
    whereHelp: 'Where to find help',
    noPromises: 'It names no privacy policy and no terms.',
    ownRules: 'It names rules of its own. Nobody at VibeCaaS has looked at them.',
    newWindow: ' (opens a new window)',
    address: 'Address of the app',
    answerTo: 'Answer goes to',
    answerPlace: (host: Html, place: string): Html => html`${host}, ${place}`,
    until: (day: Html): Html => html`Until you disconnect it, 30 days without use, or ${day}, whichever is first.`,
    anHour: 'An hour at a time. Then the app has to come back here.',
  },
  full: {
    title: (app: string): string => `${app} can’t take more people`,
    heading: (app: Html): Html => html`${app} can’t take more people yet`,
    lead: (n: number): string =>
      `Nobody at VibeCaaS has checked who runs this app. Until somebody has, at most ${plural(n, { one: '# person', other: '# people' })} can use it, and that many do. Nothing was shared.`,
    advice: 'Tell its developer, and try again when the app is verified. People who use it already can go on.',
    back: 'Go back to the app',
    you: (email: Html): Html => html`You are ${email}.`,
    summary: 'For the developer: what to do, and the request id',
    error: (code: Html): Html => html`${code}, once the person goes back`,
    wrong: (n: number): string =>
      `An app that is not verified serves at most ${plural(n, { one: '# person', other: '# people' })}. This one has reached that, and this person had not allowed it before.`,
    fix: 'Ask VibeCaaS to verify your app: say who runs it, and give its homepage, privacy policy and an address for questions. A person who disconnects it makes room for another.',
  },
  handOver: {
    title: (app: string): string => `Back to ${app}`,
    heading: (app: Html): Html => html`Back to ${app}`,
    lead: 'Your answer is on its way.',
    oneStep: 'One step is left',
    byItself: 'It happens by itself. If this page stays, press Continue.',
    submit: 'Continue',
  },
};
