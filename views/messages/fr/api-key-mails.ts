import type { apiKeyMails as english } from '../en/api-key-mails.ts';

export const apiKeyMails: typeof english = {
  madeSubject: 'Une clé d’API a été créée',
  rotatedSubject: 'Une clé d’API a été renouvelée',
  revokedSubject: 'Une clé d’API a été révoquée',
  endingSubject: 'Une clé d’API prend bientôt fin',
  preview: 'Était-ce vous ? Sinon, révoquez-la maintenant.',
  revokedPreview: 'Les programmes qui l’utilisent sont refusés.',
  endingPreview: 'Renouvelez-la avant que vos programmes ne s’arrêtent.',
  madeLead:
    'Une personne connectée à votre compte a créé une clé. Les programmes qui l’ont agissent en votre nom, dans les limites de la clé.',
  madeByAdmin:
    'Un administrateur a créé une clé pour votre compte. Les programmes qui l’ont agissent en votre nom, dans les limites de la clé.',
  revokedLead:
    'Un administrateur a révoqué une de vos clés. Tout programme qui l’utilise est désormais refusé. Créez-en une autre si vous en avez encore besoin.',
  endingLead:
    'Les programmes qui utilisent cette clé seront refusés à partir de là. Renouvelez-la : vous en recevez une nouvelle avec les mêmes autorisations, et l’ancienne continue jusque-là.',
  notYou: 'Révoquez la clé maintenant et définissez un nouveau mot de passe.',
  button: 'Voir vos clés',
  key: 'Clé',
  ends: 'Prend fin',
  changedSubject: 'Une clé d’API a été modifiée',
  furtherSubject: 'Une clé d’API est valable depuis plus de réseaux',
  changedPreview: 'Les programmes qui l’utilisent seront peut-être refusés.',
  furtherLead:
    'Une personne connectée à votre compte a modifié les réseaux depuis lesquels une de vos clés peut être utilisée.',
  furtherByAdmin: 'Un administrateur a modifié les réseaux depuis lesquels une de vos clés peut être utilisée.',
  changedByAdmin:
    'Un administrateur a retiré des droits à une de vos clés. Les programmes qui en ont besoin sont désormais refusés.',
  notAsked: 'Vous ne l’avez pas demandé ?',
  fields: { scope: 'Peut', projects: 'Projets', networks: 'Réseaux', ends: 'Fin' },
  allProjects: 'tous les projets',
  allNetworks: 'tous les réseaux',
  before: (what) => `${what}, avant`,
  now: (what) => `${what}, maintenant`,
};
