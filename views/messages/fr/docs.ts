import { html } from 'hono/html';
import type { docs as english } from '../en/docs.ts';

export const docs: typeof english = {
  title: 'Documentation',
  area: 'documentation',
  navigation: 'Documentation',
  lead: 'Pour celles et ceux qui créent des applications et des agents, en anglais. Les adresses et l’identifiant client sont ceux de ce serveur et de votre application.',
  contents: 'Sur cette page',
  asMarkdown: (overview) => html`Pour les programmes : chaque page en Markdown figure dans ${overview}.`,
  samePage: (file) => html`Cette page en Markdown : ${file}`,
};
