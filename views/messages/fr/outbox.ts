import { html } from 'hono/html';
import type { outbox as english } from '../en/outbox.ts';

export const outbox: typeof english = {
  title: 'Boîte d’envoi',
  lead: (folder, setting) =>
    html`Ce serveur n’a pas de serveur de messagerie, ses e-mails sont donc des fichiers dans ${folder}. Avec ${setting}, ils sont envoyés.`,
  none: 'Aucun e-mail',
  ask: 'En demander un : nouveau mot de passe par e-mail',
  to: (to, at) => html`À ${to}, ${at}`,
  asHtml: 'Voir en HTML',
};
