import { html } from 'hono/html';
import type { links as english } from '../en/links.ts';

export const links: typeof english = {
  reset: {
    title: 'Retrouver l’accès',
    lead: 'Nous vous envoyons un lien pour définir un nouveau mot de passe. Il fonctionne 30 minutes et une seule fois.',
    address: 'Adresse e-mail de votre compte',
    notAnAddress: 'Ce n’est pas une adresse. Elle a la forme nom@example.com.',
    send: 'Recevoir le lien',
    back: 'Retour à la connexion',
  },
  sent: {
    title: 'Regardez vos e-mails',
    lead: (address) =>
      html`Si ${address} a un compte ici, un lien est en route. Nous disons la même chose pour chaque adresse, afin que personne ne puisse savoir qui a un compte.`,
    nothing: 'Rien après cinq minutes ?',
    tips: ['Regardez dans les courriers indésirables.', 'Était-ce une autre adresse ? Essayez celle-là.'],
    again: 'Envoyer à nouveau',
    other: 'Utiliser une autre adresse',
    limits: 'Un nouveau lien met fin au précédent. Deux par demi-heure et trois par heure au plus.',
  },
  newPassword: {
    title: 'Définir un nouveau mot de passe',
    for: (address) => `Pour ${address}.`,
    effect:
      'Ensuite, chaque navigateur et chaque application qui utilisait l’ancien doit se reconnecter. Nous vous le disons par e-mail.',
    label: 'Nouveau mot de passe',
    code: 'Code de votre deuxième étape',
    codeHint: 'De votre application d’authentification, ou l’un de vos codes de secours.',
    codeWrong:
      'Ce code n’a pas fonctionné. Il est peut-être mal saisi, déjà utilisé ou trop ancien. Rien n’a été changé.',
    tooMany: 'Trop de codes.',
    wait: (time) => `Rien n’a été changé. Attendez ${time}, puis réessayez.`,
    submit: 'Définir le mot de passe et se connecter',
  },
  ended: {
    title: 'Ce lien ne fonctionne plus',
    lead: 'Un lien reçu par e-mail fonctionne une fois et pour un temps limité, et un plus récent y met fin. Rien n’a été changé.',
    again: {
      reset: 'Demander un nouveau lien',
      verify: 'Demander un nouveau lien',
      change: 'Demander un nouveau lien',
      undo: 'Retrouver l’accès par e-mail',
      invite: 'Se connecter',
    },
    tips: [
      'Cherchez un e-mail plus récent de notre part : son lien fonctionne peut-être encore.',
      'Avez-vous ouvert le lien entier ? Certains logiciels de messagerie le coupent.',
    ],
  },
  confirm: {
    verify: {
      title: 'Confirmer votre adresse',
      lead: (address) => `Pour ${address}.`,
      what: 'Confirmez que c’est votre adresse. Les applications qui peuvent la voir pourront s’y fier.',
      button: 'Confirmer cette adresse',
    },
    change: {
      title: 'Utiliser une autre adresse',
      lead: (address, email) => `Le compte de ${email} passe à ${address}.`,
      what: 'Vous vous connectez alors avec la nouvelle adresse, et les e-mails y arrivent. L’ancienne adresse en est informée et peut l’annuler pendant 7 jours.',
      button: 'Utiliser cette adresse',
    },
    undo: {
      title: 'Annuler le changement d’adresse',
      lead: (address, email) => `Le compte de ${email} revient à ${address}.`,
      what: 'La personne qui a pu changer votre adresse connaissait peut-être votre mot de passe. Chaque navigateur est donc déconnecté, chaque application perd son accès, et le mot de passe est supprimé, de même que les clés d’accès et autres moyens d’accès ajoutés dans la semaine avant le changement ou depuis. Vous définissez un nouveau mot de passe avec un lien que nous envoyons à votre ancienne adresse.',
      button: 'Annuler le changement',
    },
  },
  done: {
    for: (email) => `Pour ${email}.`,
    verify: {
      title: 'Votre adresse est confirmée',
      what: 'C’est fait.',
      todo: 'Les applications qui peuvent voir votre adresse peuvent maintenant s’y fier.',
      go: 'Aller à votre compte',
    },
    change: {
      title: 'Votre adresse est changée',
      what: 'C’est fait.',
      todo: 'Vous vous connectez désormais avec la nouvelle adresse.',
      go: 'Aller à votre compte',
    },
    undo: {
      title: 'Votre adresse est rétablie',
      what: 'Tout le reste a pris fin.',
      todo: 'Un lien pour définir un nouveau mot de passe est en route.',
      go: 'Se connecter',
    },
  },
  taken: {
    title: 'Cette adresse est utilisée',
    lead: 'Elle a son propre compte. Rien n’a été changé.',
    what: 'Une adresse appartient à un seul compte. Connectez-vous avec elle, ou choisissez une autre adresse pour celui-ci.',
    go: 'Se connecter',
  },
};
