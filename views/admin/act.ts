import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';
import { type Problems, reasonField } from './fields.ts';
import { type AdminFrame, type AdminTab, adminLayout, form, hidden } from './layout.ts';

const words = () => m().adminFrame;

/** An act that others may ask about later: what it does, to whom, and its size. */
export type Act = {
  /** A question: "Suspend ada@example.com?" */
  title: string;
  heading: Html;
  /** What happens, the most important first. Each is a sentence that states its size. */
  effects: Html[];
  /** What to consider first. */
  warning?: { what: Html | string; todo: Html | string };
  /** The words on the button. */
  button: Html | string;
  /** Where the form goes, and where the way back leads. */
  action: string;
  back: string;
  /** Further fields, above the reason. */
  fields?: Html;
  hidden?: Readonly<Record<string, string>>;
};

/** Asks for confirmation and a reason. The way back comes before the button. */
export function actPage(props: {
  frame: AdminFrame;
  tab: AdminTab;
  act: Act;
  /** The head of the client's pages, if the act is about a client. */
  subject?: Html;
  problems: Problems;
  reason: string;
}): string {
  const { frame, tab, act, subject, problems, reason } = props;
  const { warning } = act;
  const title = html`<h1>${act.heading}</h1>`;
  const head = subject ? { subject } : { head: html`<div>${title}</div>` };
  return adminLayout({
    frame,
    tab,
    title: act.title,
    refused: Object.keys(problems).length > 0,
    ...head,
    content: html`${warning && note({ kind: 'warn', icon: icons.warning, what: warning.what, todo: warning.todo })}${form(
      {
        csrf: frame.csrf,
        action: act.action,
        content: html`${Object.entries(act.hidden ?? {}).map(([name, value]) => hidden(name, value))}<div class="panel"><section class="setting" aria-labelledby="what"><header><h2 id="what">${subject ? act.heading : words().whatHappens}</h2></header><ul class="stack">${act.effects.map((effect) => html`<li>${effect}</li>`)}</ul></section>
  <section class="setting" aria-labelledby="why"><header><h2 id="why">${words().why}</h2><p>${words().onRecord}</p></header><div>${act.fields}${reasonField({ value: reason, problem: problems.reason })}</div></section>
  <div class="row"><a class="btn" href="${act.back}">${words().goBack}</a><button class="btn danger">${act.button}</button></div></div>`,
      },
    )}`,
  });
}
