import { html } from 'hono/html';
import type { adminInvitations as english } from '../en/admin-invitations.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const adminInvitations: typeof english = {
  title: 'Invitations',
  back: '← Comptes',
  lead: 'Les personnes qui peuvent créer un compte par un lien reçu par e-mail.',
  invite: 'Inviter quelqu’un',
  state: 'État',
  any: 'Tous',
  apply: 'Appliquer',
  order: 'Les plus récentes d’abord',
  noun: (n) => (n < 2 ? 'invitation' : 'invitations'),
  inState: (state) => `état ${state}`,
  states: {
    waiting: 'E-mail en attente',
    not_sent: 'Non envoyée',
    sent: 'Envoyée',
    expired: 'Expirée',
    has_account: 'A un compte',
    accepted: 'Acceptée',
    withdrawn: 'Retirée',
  },
  why: {
    not_sent: 'Le serveur de messagerie n’a pas accepté l’e-mail pendant deux jours.',
    expired: 'Personne n’a utilisé le lien en sept jours.',
    has_account: 'L’adresse a obtenu un compte autrement.',
  },
  until: (day) => html`Son lien fonctionne jusqu’au ${day}.`,
  by: (day, inviter) => html`Invitation du ${day}, par ${inviter}.`,
  resend: (address) => html`Renvoyer<span class="vh"> à ${address}</span>`,
  withdraw: (address) => html`Retirer<span class="vh"> l’invitation de ${address}</span>`,
  filtered: (state) => `Vous filtrez par état ${state}.`,
  admin: 'Administrateur',
  closed: 'Ce serveur n’accepte pas d’invitations.',
  closedTodo: 'Les liens envoyés ne fonctionnent pas. Réglez REGISTRATION sur invite ou open.',
  noMatch: 'Aucune invitation ne correspond',
  clear: 'Effacer le filtre',
  nobody: 'Personne n’est invité',
  nobodyClosed: 'Les comptes viennent des administrateurs, d’une importation ou de votre propre fournisseur.',
  nobodyWhy:
    'Une invitation est un e-mail avec un lien. La personne qui l’ouvre choisit un nom et un mot de passe ou une clé d’accès.',
  create: 'Créer un compte',
  form: {
    back: '← Invitations',
    lead: (days) =>
      plural(days, {
        one: 'L’e-mail dit qui invite et contient un lien qui fonctionne # jour et une seule fois. Une invitation plus récente à la même adresse met fin à la précédente.',
        other:
          'L’e-mail dit qui invite et contient un lien qui fonctionne # jours et une seule fois. Une invitation plus récente à la même adresse met fin à la précédente.',
      }),
    email: 'Adresse e-mail',
    name: 'Nom',
    nameHint: 'Peut rester vide. La personne peut le changer.',
    language: 'Langue de l’e-mail',
    tier: 'Niveau',
    adminHint: 'Peut tout faire sur ces pages. Configure aussitôt une deuxième étape.',
    who: 'Pour qui',
    send: 'Envoyer l’invitation',
  },
};
