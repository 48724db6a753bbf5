import { html } from 'hono/html';
import { ownLogo } from './app-identity.ts';
import type { Link } from './layout.ts';
import { m } from './messages/index.ts';
import { type Html, name, plain } from './text.ts';

/** A tab for another page about the same app. `count` is set if there is something to look at. */
export type SubjectTab = { href: string; label: string; count?: number | string | false };

/** The head of every page about one app: the way back, the app's name and state, and tabs for its other pages. */
export function subject(props: {
  back: Link;
  app: { name: string; logo?: string | undefined };
  /** Below the name: the id and the app's state. */
  facts: Html;
  act?: Link | undefined;
  tabs: readonly SubjectTab[];
  /** The address of this page. */
  current: string;
}): Html {
  const { back, app, act } = props;
  const tabs = props.tabs.map(
    ({ href, label, count }) =>
      html`<a href="${href}"${href === props.current && html` aria-current="page"`}>${label}${count && html` <span class="n">${count}</span>`}</a>`,
  );
  return html`<header class="subject"><p class="crumb"><a href="${back.href}">← ${plain(back.label)}</a></p>
  <div class="app">${ownLogo(app as { name: string; logo: string })}<div class="grow"><h1>${name(app.name)}</h1><p class="row">${props.facts}</p></div>${act && html`<a class="btn" href="${act.href}">${act.label}</a>`}</div>
  <nav class="tabs" aria-label="${m().yourApps.thisApp}">${tabs}</nav></header>`;
}
