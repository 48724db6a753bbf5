import type { adminNotices as english } from '../en/admin-notices.ts';

export const adminNotices: typeof english = {
  created: {
    what: 'Le client est enregistré.',
    todo: 'Il fonctionne dès maintenant.',
  },
  ruled: {
    what: 'La règle est enregistrée.',
    todo: 'Elle s’applique désormais, sur chaque nœud.',
  },
  saved: {
    what: 'Les modifications sont enregistrées.',
    todo: 'Elles s’appliquent dès maintenant.',
  },
  unchanged: {
    what: 'Rien n’était différent.',
    todo: 'Rien n’a donc été enregistré.',
  },
  'key-networks': {
    what: 'Les réseaux de la clé sont enregistrés.',
    todo: 'Les passerelles suivent en une seconde.',
  },
  'key-revoked': {
    what: 'La clé est révoquée.',
    todo: 'Tout appel avec elle est refusé en une seconde.',
  },
  'secret-removed': {
    what: 'Le secret est supprimé.',
    todo: 'Il a cessé de fonctionner aussitôt.',
  },
  disabled: {
    what: 'Le client est suspendu.',
    todo: 'Tous ses jetons ont pris fin.',
  },
  enabled: {
    what: 'Le client fonctionne de nouveau.',
    todo: 'Les jetons d’avant restent terminés.',
  },
  verified: {
    what: 'Le client est vérifié.',
    todo: 'Son nom et son exploitant valent comme des faits.',
  },
  submitted: {
    what: 'Le client est en cours de vérification.',
    todo: 'Il fonctionne entre-temps.',
  },
  'sent-back': {
    what: 'Le client est de nouveau un brouillon.',
    todo: 'Il fonctionne, et passe pour non vérifié.',
  },
  'given-back': {
    what: 'Le champ est rendu.',
    todo: 'Ce que le client y dit compte de nouveau.',
  },
  'document-read': {
    what: 'Le document a été lu.',
    todo: 'Ce qu’il dit maintenant est ci-dessous.',
  },
  logo: {
    what: 'Le logo est enregistré.',
    todo: 'Il s’affiche dès que le client est vérifié, sauf s’il est de VibeCaaS.',
  },
  'logo-removed': {
    what: 'Le logo est retiré.',
    todo: 'Aucune page ne le montre plus.',
  },
  deleted: {
    what: 'Le client est supprimé.',
    todo: 'Ses secrets, consentements et jetons n’existent plus.',
  },
  'webhook-saved': {
    what: 'Le webhook est enregistré.',
    todo: 'Les événements y vont dès maintenant.',
  },
  'webhook-off': {
    what: 'Le webhook est enregistré.',
    todo: 'Il est désactivé : aucun événement n’est envoyé.',
  },
  'webhook-tested': {
    what: 'L’événement de test est en route.',
    todo: 'Rechargez cette page pour voir le résultat.',
  },
  'webhook-replayed': {
    what: 'L’envoi est refait.',
    todo: 'Rechargez cette page pour voir le résultat.',
  },
  'webhook-nothing': {
    what: 'Rien n’a échoué depuis.',
    todo: 'Rien n’est donc envoyé.',
  },
  'webhook-deleted': {
    what: 'Le webhook est retiré.',
    todo: 'Plus aucun événement n’est envoyé.',
  },
  'stream-paused': {
    what: 'Le flux est en pause.',
    todo: 'Son destinataire ne reçoit rien tant qu’un administrateur ne l’a pas repris.',
  },
  'stream-enabled': {
    what: 'Le flux reprend.',
    todo: 'Son destinataire reçoit ce qu’il a manqué.',
  },
  'stream-removed': {
    what: 'Le flux est retiré.',
    todo: 'Son destinataire ne reçoit plus de signaux.',
  },
  'account-created': {
    what: 'Le compte est créé.',
    todo: 'Son propriétaire peut se connecter avec le mot de passe que vous avez défini.',
  },
  'account-saved': {
    what: 'Le compte est modifié.',
    todo: 'Ses prochains jetons portent la modification.',
  },
  suspended: {
    what: 'Le compte est suspendu.',
    todo: 'Ses sessions et tous ses jetons ont pris fin.',
  },
  restored: {
    what: 'Le compte peut de nouveau se connecter.',
    todo: 'Ce qui a pris fin avec la suspension le reste.',
  },
  password: {
    what: 'Le nouveau mot de passe est défini.',
    todo: 'Les sessions et les jetons d’avant ont pris fin.',
  },
  'password-required': {
    what: 'Un nouveau mot de passe est exigé.',
    todo: 'Les sessions ont pris fin ; la prochaine connexion le demande.',
  },
  'second-step-reset': {
    what: 'La deuxième étape et les clés d’accès sont retirées.',
    todo: 'Les sessions ont pris fin, et rien de ce qui a été retiré ne fonctionne plus.',
  },
  'passkey-removed': {
    what: 'La clé d’accès est retirée.',
    todo: 'Les sessions ont pris fin, et la personne est prévenue par e-mail.',
  },
  'account-deleted': {
    what: 'Le compte est supprimé.',
    todo: 'Ses sessions, consentements et jetons n’existent plus.',
  },
  invited: {
    what: 'L’invitation est en route.',
    todo: 'Son lien fonctionne sept jours et une seule fois.',
  },
  'invitation-resent': {
    what: 'L’invitation est renvoyée.',
    todo: 'Le lien de l’e-mail précédent ne fonctionne plus.',
  },
  'invitation-withdrawn': {
    what: 'L’invitation est retirée.',
    todo: 'Son lien ne fonctionne plus.',
  },
  disconnected: {
    what: 'L’application est déconnectée.',
    todo: 'Tout son accès à ce compte a pris fin.',
  },
  'session-ended': {
    what: 'La session a pris fin.',
    todo: 'Ce navigateur doit se reconnecter.',
  },
  'signed-out': {
    what: 'Toutes les sessions ont pris fin.',
    todo: 'Les applications restent connectées.',
  },
  rotated: {
    what: 'Les clés de signature ont été renouvelées.',
    todo: 'Chaque nœud signe avec la clé suivante en moins d’une seconde.',
  },
  'admin-granted': {
    what: 'Ce compte est désormais administrateur.',
    todo: 'Il peut faire tout ce que vous pouvez.',
  },
  'admin-revoked': {
    what: 'Ce compte n’est plus administrateur.',
    todo: 'Ses pages d’administration ouvertes ont cessé de fonctionner.',
  },
};
