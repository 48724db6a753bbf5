import { html } from 'hono/html';
import type { passkeys as english } from '../en/passkeys.ts';

export const passkeys: typeof english = {
  signIn: 'Se connecter avec une clé d’accès',
  use: 'Utiliser une clé d’accès',
  useInstead: 'Utiliser plutôt une clé d’accès',
  typeCode: 'Saisir plutôt un code',
  stopped: 'Rien n’a été envoyé. Appuyez de nouveau sur le bouton, ou utilisez un autre moyen d’accès.',
  unsupported:
    'Une clé d’accès demande un navigateur qui la prend en charge, avec les scripts autorisés pour cette page.',
  refused: {
    what: 'Cette clé d’accès n’a pas été acceptée.',
    todo: 'Elle a peut-être été retirée de votre compte. Utilisez-en une autre, ou un autre moyen d’accès.',
  },
  expired: {
    what: 'Cette page est restée ouverte trop longtemps.',
    todo: 'Votre clé d’accès n’est pas en cause. Utilisez-la encore une fois.',
  },
  copied: {
    what: 'Cette clé d’accès a peut-être été copiée, elle n’a donc pas été acceptée.',
    todo: 'Connectez-vous par un autre moyen, puis retirez-la sous « Sécurité » et ajoutez-en une nouvelle.',
  },
  step: {
    heading: 'Confirmez avec votre clé d’accès',
    lead: 'Votre navigateur demande votre empreinte, votre visage ou le verrouillage de l’appareil.',
    have: (names) => html`Ayez l’une d’elles à portée de main : ${names}.`,
  },
  confirm: (email) =>
    html`Vous vous êtes connecté en tant que ${email}. Ceci demande l’une de vos clés d’accès ; rien de ce que vous avez saisi n’est perdu.`,
  section: {
    heading: 'Clés d’accès',
    lead: 'Votre empreinte, votre visage ou le verrouillage de l’appareil. Rien à retenir, rien à voler.',
    add: 'Ajouter une clé d’accès',
    rename: (name) => html`Renommer<span class="vh"> la clé d’accès ${name}</span>`,
    remove: (name) => html`Retirer<span class="vh"> la clé d’accès ${name}</span>`,
    unused: (added) => html`Ajoutée le ${added} · jamais utilisée`,
    used: (added, used) => html`Ajoutée le ${added} · dernière utilisation : ${used}`,
    added: (name) => html`${name} est ajoutée.`,
    addedTodo: 'Vous pouvez désormais vous connecter avec elle.',
    renamed: (name) => html`${name} est son nouveau nom.`,
    removed: (name) => html`${name} est retirée.`,
    removedTodo:
      'Elle ne connecte plus personne. Supprimez-la aussi dans votre gestionnaire de mots de passe. Avez-vous perdu l’appareil ? Mettez fin, sous « Sessions », à ce qui y est encore connecté.',
    last: 'Cette clé d’accès est votre seul moyen d’accès, elle n’a donc pas été retirée.',
    lastTodo: 'Ajoutez-en d’abord une autre.',
  },
  create: {
    title: 'Ajouter une clé d’accès',
    lead: 'Votre navigateur demande où la conserver, puis votre empreinte, votre visage ou le verrouillage de l’appareil.',
    name: 'Nom de la clé d’accès',
    nameHint: 'Où elle se trouve, pour la reconnaître : « Portable du bureau », « Téléphone ».',
    nameProblem: 'doit avoir de 1 à 100 caractères lisibles',
    submit: 'Créer la clé d’accès',
    stopped: 'Aucune clé d’accès n’a été créée. Appuyez de nouveau sur le bouton.',
    known: 'Cet appareil a déjà une clé d’accès pour votre compte.',
    expiredTodo: 'Aucune clé d’accès n’a été ajoutée. Appuyez encore une fois sur le bouton.',
    refusedTodo:
      'Elle doit vérifier votre empreinte, votre visage ou le verrouillage de l’appareil. Réessayez, ou choisissez un autre endroit où la conserver.',
    full: 'Aucune clé d’accès n’a été ajoutée.',
    fullTodo: 'Vous avez déjà celle-ci, ou autant qu’un compte peut en avoir. Retirez-en une que vous n’utilisez pas.',
  },
  rename: { title: 'Renommer une clé d’accès', submit: 'Enregistrer le nom' },
};
