import { html } from 'hono/html';
import type { docs as english } from '../en/docs.ts';

export const docs: typeof english = {
  title: 'Dokumentation',
  area: 'Dokumentation',
  navigation: 'Dokumentation',
  lead: 'Für alle, die Apps und Agenten bauen, auf Englisch. Adressen und Client-ID sind die dieses Servers und Ihrer App.',
  contents: 'Auf dieser Seite',
  asMarkdown: (overview) => html`Für Programme: Jede Seite als Markdown steht in ${overview}.`,
  samePage: (file) => html`Diese Seite als Markdown: ${file}`,
};
