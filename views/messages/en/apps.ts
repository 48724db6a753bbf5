import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** What the verbs of a question are: the app would see projects, change them, both or neither. */
export type ProjectVerbs = 'see' | 'change' | 'both' | 'none';

/** Apps: their identity, their permissions, and the question of a consent page. */
export const apps = {
  quoted: (name: Html): Html => html`“${name}”`,
  quotedText: (name: string): string => `“${name}”`,
  tags: {
    own: 'By VibeCaaS',
    verified: 'Verified',
    in_review: 'In review',
    unchecked: 'Not checked',
  },
  seal: {
    own: html`<b>By VibeCaaS.</b> Made and run by us.`,
    verified: (on: Html | undefined, host: Html | undefined): Html =>
      html`<b>Verified</b>${on && html` on ${on}`}: who runs it${host && html`, and that ${host} is theirs`}.`,
    inReview: (since: Html | undefined, namesOwner: boolean): Html =>
      html`<b>In review</b>${since && html` since ${since}`}. Not checked yet: its ${namesOwner ? 'name and owner are its own claim' : 'name is its own claim'}.`,
    uncheckedAddress: html`<b>Not checked.</b> Nobody at VibeCaaS has looked at it. Only its address is sure.`,
    uncheckedName: html`<b>Not checked.</b> Nobody at VibeCaaS has looked at it. Its name is its own claim.`,
  },
  by: (owner: Html): Html => html`by ${owner}`,
  saysBy: (owner: Html): Html => html`says it is by ${owner}`,
  callsItself: (name: Html): Html => html`calls itself “${name}”`,
  nameOfItsOwn: 'the name it gives itself',
  marks: { see: 'Can see', change: 'Can change', cost: 'Can cost money' },
  permissions: {
    'projects:read': { title: 'Projects', line: 'Names, settings and files. Private ones too.' },
    'deployments:read': {
      title: 'Deployments and logs',
      line: 'What is live, since when, and what the logs say.',
    },
    'analytics:read': { title: 'Analytics', line: 'Visitor and usage figures.' },
    'profile email': { title: 'Your name and email address', line: 'As they are in your account.' },
    profile: { title: 'Your name', line: 'As it is in your account.' },
    email: { title: 'Your email address', line: 'As it is in your account.' },
    'projects:write': {
      title: 'Projects and files',
      line: 'Creates, edits, transfers and deletes them, without asking again.',
    },
    'deployments:write': {
      title: 'What is live',
      line: 'Deploys, cancels and rolls back. Your visitors see it at once.',
    },
    'ai:generate': {
      title: 'AI on your account',
      line: 'Sends prompts and your code to AI models. It uses up your plan and may cost extra.',
    },
  },
  notDescribed: 'This page has no description of it.',
  /** Only the first title keeps its capital. */
  titles: (titles: readonly string[]): string =>
    titles.map((title, i) => (i === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1))).join(', '),
  question: {
    projects: (app: Html, verbs: ProjectVerbs, ai: boolean): Html => {
      if (verbs === 'none') return html`Let ${app} use AI on your account?`;
      const what = { see: 'see', change: 'change', both: 'see and change' }[verbs];
      return html`Let ${app} ${what} your projects${ai && ', and use AI'}?`;
    },
    nameAndAddress: (app: Html): Html => html`Let ${app} see your name and email address?`,
    name: (app: Html): Html => html`Let ${app} see your name?`,
    address: (app: Html): Html => html`Let ${app} see your email address?`,
    open: (app: Html): Html => html`What may ${app} do?`,
    whoYouAre: (app: Html): Html => html`Let ${app} know who you are?`,
  },
};
