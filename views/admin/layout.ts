import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { type Html, name, plain } from '../text.ts';
import { type NoticeName, noticeNote } from './notices.ts';

const words = () => m().adminFrame;

/**
 * What every admin page is given: the admin's address, the anti-forgery value for its forms, and what was just done.
 */
export type AdminFrame = { csrf: string; email: string; notice?: NoticeName };

const tabs = [
  ['home', ''],
  ['clients', '/clients'],
  ['unregistered', '/unregistered'],
  ['accounts', '/accounts'],
  ['audit', '/audit'],
  ['keys', '/keys'],
  ['statistics', '/statistics'],
] as const;

export type AdminTab = (typeof tabs)[number][0];

/**
 * An admin page. Signing out posts `csrf` to `/sign-out`. `head` is the content of the page's header; pages about one
 * client pass a whole header as `subject`. `refused` makes the title say that something was not done.
 */
export function adminLayout(
  props: {
    frame: AdminFrame;
    title: string;
    tab: AdminTab;
    refused?: boolean;
    content: Html;
  } & ({ head: Html } | { subject: Html }),
): string {
  const { csrf, email, notice } = props.frame;
  const links = tabs.map(
    ([tab, path]) =>
      html`<a href="/admin${path}"${tab === props.tab && html` aria-current="page"`}>${words().tabs[tab]}</a>`,
  );
  return layout({
    title: `${props.refused ? words().refused(plain(props.title)) : plain(props.title)} · VibeCaaS`,
    area: words().area,
    bar: html`
  <form class="me row" method="post" action="/sign-out">${hidden('csrf', csrf)}<span>${name(email)}</span><a href="/account/apps">${words().yourAccount}</a><button class="link">${words().signOut}</button></form>
  <nav class="tabs" aria-label="${words().admin}">${links}</nav>
`,
    main: html`<main class="page" id="main">
${'subject' in props ? props.subject : html`<header>${props.head}</header>`}
${notice && noticeNote(notice)}
${props.content}
</main>`,
  });
}

export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}">`;

/** A form of an admin page, with its anti-forgery field. `kind` holds CSS classes. */
export const form = (props: { csrf: string; action: string; kind?: string; content: Html }): Html =>
  html`<form method="post" action="${props.action}"${props.kind && html` class="${props.kind}"`}>${hidden('csrf', props.csrf)}${props.content}</form>`;
