import type { mails as english } from '../en/mails.ts';

export const mails: typeof english = {
  never: 'VibeCaaS ne demande jamais par e-mail votre mot de passe, un code ou une clé.',
  hasAccount: (address, host) => `Vous recevez cet e-mail parce que l’adresse ${address} a un compte sur ${host}.`,
  hadAccount: (address, host) => `Vous recevez cet e-mail parce que l’adresse ${address} avait un compte sur ${host}.`,
  wasTyped: (address, host) => `Vous recevez cet e-mail parce que quelqu’un a saisi l’adresse ${address} sur ${host}.`,
  wasInvited: (address, host) =>
    `Vous recevez cet e-mail parce que quelqu’un de ${host} a invité l’adresse ${address}.`,
  when: 'Quand',
  asked: 'Demandé',
  from: 'Depuis',
  how: 'Comment',
  app: 'Pour',
  newAddress: 'Nouvelle adresse',
  passkey: 'Clé d’accès',
  wasYou: 'C’était vous ?',
  nothingToDo: 'Alors il n’y a rien à faire.',
  wasNotYou: 'Ce n’était pas vous ?',
  wasNotYouChange:
    'Définissez maintenant un nouveau mot de passe. Cela déconnecte chaque navigateur et chaque application. Regardez ensuite ce qui s’est passé dans votre compte.',
  setPassword: 'Définir un nouveau mot de passe',
  linkUntil: (until) => `Le lien fonctionne jusqu’au ${until} et une seule fois.`,

  verifySubject: 'Confirmez votre adresse',
  verifyPreview: 'Le lien fonctionne 24 heures et une seule fois.',
  verifyLead: 'Est-ce votre adresse ? Confirmez-la, pour que les applications qui peuvent la voir puissent s’y fier :',
  verifyButton: 'Confirmer cette adresse',
  verifyNotYou: 'Alors ne faites rien. L’adresse reste non confirmée.',

  resetSubject: 'Définir un nouveau mot de passe',
  resetPreview: 'Le lien fonctionne 30 minutes et une seule fois.',
  resetLead: 'Quelqu’un a demandé ce lien pour votre compte VibeCaaS. Si c’était vous, continuez :',
  resetSecondStep: 'Il demande aussi votre deuxième étape.',
  resetNotYou:
    'Alors ne faites rien. Votre mot de passe reste tel quel, et personne ne peut utiliser ce lien sans vos e-mails.',

  passwordSubject: 'Votre mot de passe a été changé',
  passwordPreview: 'C’était vous ? Sinon, définissez-en un autre maintenant.',
  passwordLead: {
    person:
      'Quelqu’un qui connaissait l’ancien mot de passe en a défini un nouveau. Tous les autres navigateurs ont été déconnectés, et toutes les connexions de vos applications ont pris fin.',
    link: 'Quelqu’un a défini un nouveau mot de passe avec un lien reçu par e-mail. Tous les navigateurs ont été déconnectés, et toutes les connexions de vos applications ont pris fin.',
    admin:
      'Un administrateur a défini un nouveau mot de passe pour votre compte. Tous les navigateurs ont été déconnectés, et toutes les connexions de vos applications ont pris fin.',
  },

  browserSubject: (browser) => `Nouvelle connexion : ${browser}`,
  browserSubjectUnknown: 'Nouvelle connexion à votre compte',
  browserPreview: 'C’était vous ? Sinon, mettez-y fin maintenant.',
  browserLead: 'Votre compte a été utilisé dans un navigateur que nous n’avions jamais vu.',
  browserEnd: 'Mettez-y fin maintenant. La page déconnecte ce navigateur. Définissez ensuite un nouveau mot de passe.',
  browserButton: 'Voir où vous êtes connecté',
  browserWhy:
    'Nous écrivons pour chaque nouveau navigateur. Cela ne peut pas être désactivé : c’est ainsi que vous l’apprenez.',
  methods: {
    pwd: 'mot de passe',
    otp: 'code de votre application d’authentification',
    rcv: 'code de secours',
    passkey: 'clé d’accès',
    fed: 'un autre compte à vous',
  },
  factorNames: {
    totp: 'une application d’authentification',
    recovery_codes: 'de nouveaux codes de secours',
    passkey: 'une clé d’accès',
    upstream: 'un autre moyen de connexion',
  },
  factorAddedSubject: (factor) => `Votre compte a maintenant ${factor}`,
  factorAddedPreview: 'C’était vous ?',
  factorAddedLead: 'L’ajout à votre compte vient d’être fait. Il permet désormais de se connecter.',
  factorRemovedNames: {
    totp: 'Votre application d’authentification a été retirée',
    recovery_codes: 'Vos codes de secours ont été retirés',
    passkey: 'Une clé d’accès a été retirée',
    upstream: 'Un moyen de connexion a été retiré',
  },
  factorRemovedPreview: 'C’était vous ?',
  factorRemovedLead: 'Ce moyen ne permet plus de se connecter.',
  factorRemovedByAdmin: 'Un administrateur l’a fait. Ce moyen ne permet plus de se connecter.',

  recoverySubject: 'Un code de secours a été utilisé',
  recoveryPreview: (left) => (left === 0 ? 'Il ne vous en reste aucun.' : `Il vous en reste ${left}.`),
  recoveryLead: (left) => {
    if (left === 0) {
      return 'Quelqu’un s’est connecté à votre compte avec votre dernier code de secours. Créez-en de nouveaux, pour pouvoir entrer sans votre application d’authentification.';
    }
    return `Quelqu’un s’est connecté à votre compte avec l’un de vos codes de secours. Il vous en reste ${left === 1 ? 'un' : left}.`;
  },

  changeSubject: 'Confirmez votre nouvelle adresse',
  changePreview: 'Le lien fonctionne 24 heures et une seule fois.',
  changeLead: (from) =>
    `Le compte VibeCaaS de ${from} veut passer à cette adresse. Si vous l’avez demandé, confirmez :`,
  changeNotYou: 'Alors ne faites rien. Le compte reste où il est.',

  changedSubject: 'Votre adresse a été changée',
  changedPreview: 'C’était vous ? Sinon, vous avez 7 jours pour l’annuler.',
  changedLead: (to) => `Vous vous connectez désormais avec ${to}, et les e-mails y arrivent.`,
  changedUndo: (until) =>
    `Annulez-le avant le ${until}. Cela rétablit cette adresse, déconnecte chaque navigateur et chaque application, et supprime le mot de passe.`,
  changedButton: 'Annuler le changement',

  lockedSubject: 'Quelqu’un essaie de se connecter à votre compte',
  lockedPreview: 'Beaucoup de mots de passe faux ont été essayés.',
  lockedLead:
    'Beaucoup de mots de passe faux ont été essayés pour votre compte. Les nouveaux navigateurs doivent donc attendre avant le prochain essai. Ceux dans lesquels vous vous êtes déjà connecté, non.',
  lockedTodo: 'Votre mot de passe a tenu. Si vous l’utilisez aussi ailleurs, définissez-en un autre.',

  invitationSubject: 'Vous êtes invité sur VibeCaaS',
  invitationPreview: 'Le lien fonctionne 7 jours et une seule fois.',
  invitationLead: (by) => `${by} vous a fait une place sur VibeCaaS. Choisissez un mot de passe, et vous y êtes.`,
  registerSubject: 'Terminez votre compte VibeCaaS',
  registerLead:
    'Quelqu’un veut créer un compte VibeCaaS avec cette adresse. Si c’était vous, choisissez un mot de passe :',
  invitationButton: 'Créer votre compte',
  invitationStrange: 'Vous ne vous y attendiez pas ?',
  invitationNotYou: 'Alors ne faites rien. Sans ce lien, personne ne peut créer de compte avec votre adresse.',

  inUseSubject: 'Vous avez déjà un compte',
  inUsePreview: 'Quelqu’un a voulu utiliser votre adresse pour un autre.',
  inUseLead:
    'Quelqu’un a voulu utiliser cette adresse pour un compte VibeCaaS. Elle en a déjà un, donc rien ne s’est passé. Si c’était vous, connectez-vous. Si vous avez oublié votre mot de passe, définissez-en un nouveau.',
  inUseNotYou: 'Alors il n’y a rien à faire.',
  inUseButton: 'Se connecter',

  deletedSubject: 'Votre compte a été supprimé',
  deletedPreview: 'Rien ne peut en être récupéré.',
  deletedLead:
    'Votre compte VibeCaaS n’existe plus, avec tout ce que les applications pouvaient y faire. Personne ne peut le récupérer.',
  deletedNotYou: 'Dites-le à l’exploitant de ce serveur, et précisez quand c’est arrivé.',
};
