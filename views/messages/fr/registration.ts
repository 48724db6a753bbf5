import { html } from 'hono/html';
import type { registration as english } from '../en/registration.ts';

export const registration: typeof english = {
  offer: 'Pas encore de compte ?',
  start: {
    title: 'Créer un compte',
    lead: 'Nous envoyons un lien à votre adresse, afin que personne d’autre que vous ne puisse l’utiliser. Il fonctionne 24 heures et une seule fois.',
    address: 'Votre adresse e-mail',
  },
  sent: (address) =>
    html`Un e-mail pour ${address} est en route. Nous disons la même chose pour chaque adresse, afin que personne ne puisse savoir qui a un compte.`,
  make: {
    title: 'Créez votre compte',
    lead: 'Dites-nous comment vous appeler, et choisissez comment vous vous connectez.',
    admin:
      'Vous êtes invité comme administrateur. Vous configurez donc ensuite une deuxième étape, sauf si vous choisissez une clé d’accès.',
    name: 'Votre nom',
    nameHint: 'Les applications ne le voient que si vous l’autorisez.',
    password: 'Choisissez un mot de passe',
    submit: 'Créer le compte',
    withPassword: 'Utiliser plutôt un mot de passe',
    passkey: 'Créer le compte avec une clé d’accès',
    passkeyName: 'Première clé d’accès',
    notMade: 'Aucun compte n’a été créé. Appuyez encore une fois sur le bouton.',
    notKept: 'Aucun compte n’a été créé. Réessayez, ou utilisez un mot de passe.',
  },
  taken: {
    title: 'Cette adresse a déjà un compte',
    what: 'Aucun autre compte n’a été créé. Connectez-vous comme d’habitude. Si vous avez oublié votre mot de passe, vous pouvez y en définir un nouveau.',
  },
  closed: {
    title: 'Personne ne peut créer de compte ici pour le moment',
    lead: 'Les comptes de ce serveur sont créés par ceux qui le gèrent.',
    what: 'Demandez-leur un compte, ou une invitation. Si vous avez un compte, connectez-vous.',
  },
  invited: 'Demandez-en un nouveau à la personne qui vous a invité.',
  help: 'Vous n’avez pas de compte',
  helpText:
    'Si ce serveur vous permet d’en créer un, la page de connexion dit « Créer un compte ». Sinon, demandez une invitation à qui le gère : un e-mail avec un lien qui fonctionne sept jours et une seule fois.',
};
