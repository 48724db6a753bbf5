import { html } from 'hono/html';
import type { adminFrame as english } from '../en/admin-frame.ts';

export const adminFrame: typeof english = {
  refused: (title) => `Pas encore fait : ${title}`,
  area: 'administration',
  yourAccount: 'Votre compte',
  signOut: 'Se déconnecter',
  admin: 'Administration',
  tabs: {
    home: 'Accueil',
    clients: 'Clients',
    unregistered: 'Applications non enregistrées',
    accounts: 'Comptes',
    audit: 'Journal d’audit',
    keys: 'Clés de signature',
    statistics: 'Statistiques',
  },
  whatHappens: 'Ce qui se passe',
  why: 'Pourquoi',
  onRecord: 'C’est consigné avec votre nom.',
  goBack: 'Revenir',
  reason: 'Motif, pour le journal',
  reasonHint: 'D’autres le liront : qui l’a demandé, et pourquoi.',
  reasonNeeded: html`obligatoire : d’autres le liront`,
  dayProblem: html`doit être un jour, par exemple 2026-11-24`,
  typed: 'Votre saisie',
  problem: (label, problem) => html`${label} : ${problem}.`,
  match: (count, n, asked) => html`${count} ${n === 1 ? 'correspond' : 'correspondent'} à ${asked}.`,
  clear: 'Effacer',
};
