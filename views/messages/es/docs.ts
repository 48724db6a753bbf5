import { html } from 'hono/html';
import type { docs as english } from '../en/docs.ts';

export const docs: typeof english = {
  title: 'Documentación',
  area: 'documentación',
  navigation: 'Documentación',
  lead: 'Para quienes crean aplicaciones y agentes, en inglés. Las direcciones y el id de cliente son los de este servidor y de su aplicación.',
  contents: 'En esta página',
  asMarkdown: (overview) => html`Para programas: cada página en Markdown figura en ${overview}.`,
  samePage: (file) => html`Esta página en Markdown: ${file}`,
};
