import { html } from 'hono/html';
import type { security as english } from '../en/security.ts';

export const security: typeof english = {
  title: 'Sécurité',
  lead: 'Comment vous vous connectez, et comment vous retrouvez l’accès.',
  password: 'Mot de passe',
  passwordLead:
    'Un changement vous déconnecte partout ailleurs. Toutes les connexions de vos applications prennent fin ; ce que vous leur avez autorisé reste.',
  passwordNone: 'Vous n’en avez pas : vous vous connectez autrement.',
  setByMail: 'En définir un par e-mail',
  currentPassword: 'Mot de passe actuel',
  wrong: 'est incorrect : rien n’a été modifié',
  newPassword: 'Nouveau mot de passe',
  change: 'Changer le mot de passe',
  changeFirst: html`Changer<span class="vh"> votre mot de passe</span>`,
  tooMany: 'Trop de tentatives.',
  wait: (time) => `Rien n’a été modifié. Attendez ${time}, puis réessayez.`,
  notices: {
    'mail-sent': {
      what: 'Regardez vos e-mails.',
      todo: 'Un lien est en route. Il fonctionne 24 heures et une seule fois.',
    },
    'password-changed': {
      what: 'Votre mot de passe est changé.',
      todo: 'Vous n’êtes plus connecté qu’ici, et toutes les connexions de vos applications ont pris fin.',
    },
    'second-step-off': {
      what: 'La deuxième étape est désactivée.',
      todo: 'Désormais, une connexion ne demande plus de code.',
    },
  },
};
