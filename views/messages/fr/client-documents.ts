import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { clientDocuments as english } from '../en/client-documents.ts';

export const clientDocuments: typeof english = {
  changed: {
    what: 'Cette application n’est plus celle que vous avez autorisée.',
    todo: 'Son éditeur a modifié ce qu’elle dit d’elle-même. Si vous ne savez pas pourquoi, refusez.',
    name: (before: Html, now: Html): Html => html`Elle s’appelait ${before} et s’appelle maintenant ${now}.`,
    nameElsewhere: 'Son nom dans une autre langue est différent.',
    added: (addresses: Html, hidden: number): Html =>
      html`Nouvelles adresses vers lesquelles vous pouvez être envoyé : ${addresses}${hidden > 0 && ` et ${hidden} autres`}.`,
    removed: 'Certaines adresses vers lesquelles vous pouviez être envoyé n’existent plus.',
    keys: 'Elle prouve son identité avec d’autres clés.',
  },
  registeredItself: 'Enregistrée d’elle-même',
  /** On the page of an admin. */
  admin: {
    title: 'Son document',
    lead: 'Ce client se décrit à l’adresse qui est son identifiant. Qui contrôle cette adresse peut le modifier ; les personnes sont interrogées de nouveau si son nom, ses adresses ou ses clés changent.',
    address: 'Adresse',
    digest: 'Empreinte (SHA-256)',
    read: 'Lu',
    fresh: 'À jour jusqu’au',
    wrong: 'Le document est inutilisable : aucune nouvelle autorisation ne commence.',
    /** What was wrong is in English in every language. */
    failed: (moment: Html, error: Html): Html => html`Le ${moment} : ${error}.`,
    again: 'Relire maintenant',
  },

  decided: {
    title: 'Décidé par des admins',
    lead: 'Ce qui figure ici vaut, quoi que le client dise de lui-même. Si vous rendez un champ, ce qu’il dit compte de nouveau.',
    itself: 'Il dit lui-même',
    giveBack: 'Rendre',
    none: 'rien',
  },
};
