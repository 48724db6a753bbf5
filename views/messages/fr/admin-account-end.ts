import { html } from 'hono/html';
import type { adminAccountEnd as english } from '../en/admin-account-end.ts';

export const adminAccountEnd: typeof english = {
  idElsewhere: 'Identifiant ailleurs',
  passkeyIsBoth: 'Pas d’application d’authentification : une clé d’accès remplace les deux étapes.',
  created: (day) => html`Depuis le ${day}`,
  lastUsed: (ago) => `dernière utilisation ${ago}`,
  neverUsed: 'jamais utilisée',
  removeOne: (passkey) => html`Retirer<span class="vh"> la clé d’accès ${passkey}</span>`,
  removePasskeys: 'Retirer toutes les clés d’accès',
  passkey: {
    title: (passkey, account) => `Retirer la clé d’accès ${passkey} de ${account}`,
    heading: (passkey, account) => html`Retirer la clé d’accès ${passkey} de ${account} ?`,
    effect: 'Plus personne ne pourra se connecter avec cette clé d’accès.',
    effectToo: 'Sans autre moyen d’entrer, la personne revient par un lien reçu par e-mail.',
    button: 'Retirer la clé d’accès',
  },
  session: {
    title: (account) => `Mettre fin à une session de ${account}`,
    heading: (account) => html`Mettre fin à cette session de ${account} ?`,
    effect: 'Ce navigateur devra se reconnecter.',
    button: 'Mettre fin à la session',
  },
  deletion: {
    heading: 'Supprimer',
    lead: 'Met fin à tout et retire définitivement le nom et l’adresse.',
    own: (link) => html`C’est vous. Votre propre compte se supprime sous ${link}.`,
    offer: (account) => html`Supprimer ${account}`,
  },
  remove: {
    title: (account) => `Supprimer ${account}`,
    heading: (account) => html`Supprimer ${account} définitivement ?`,
    effect:
      'Son nom, son adresse, ses moyens d’entrer et ce qu’il a autorisé disparaissent. Le journal d’audit garde son identifiant, avec les navigateurs et les adresses réseau de ce qui s’est passé.',
    told: 'La personne est prévenue par e-mail. C’est irréversible.',
    button: 'Supprimer définitivement',
    address: (address) => html`Son adresse est ${address}`,
    confirm: 'Saisissez l’adresse pour confirmer',
    notItsAddress: html`ce n’est pas son adresse ; rien n’a été supprimé`,
    first: 'Il y a d’abord quelque chose à faire.',
    lastAdmin: 'C’est le seul administrateur : nommez-en un autre.',
    owns: (clients, n) =>
      n === 1
        ? html`Il possède ${clients} : supprimez-le, ou indiquez un autre propriétaire.`
        : html`Il possède ${clients} : supprimez-les, ou indiquez un autre propriétaire.`,
  },
};
