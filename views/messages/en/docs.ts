import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** What is around the documentation, which is English in every language. */
export const docs = {
  title: 'Documentation',
  area: 'docs',
  navigation: 'Documentation',
  lead: 'For people who build apps and agents. Addresses and client id are those of this server and of your app.',
  contents: 'On this page',
  asMarkdown: (overview: Html): Html => html`For programs: each page as Markdown is listed in ${overview}.`,
  samePage: (file: Html): Html => html`This page as Markdown: ${file}`,
};
