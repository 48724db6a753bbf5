import type { frame as english } from '../en/frame.ts';

export const frame: typeof english = {
  skip: 'Aller au contenu',
  documentation: 'Documentation',
  help: 'Aide',
  privacy: 'Confidentialité',
  terms: 'Conditions',
  language: 'Langue',
  signIn: 'Se connecter',
  signOut: 'Se déconnecter',
  admin: 'Administration',
  yourAccount: 'Votre compte',
  connectedApps: 'Applications connectées',
  sessions: 'Sessions',
  activity: 'Activité',
  yourData: 'Vos données',
  yourConnectedApps: 'Vos applications connectées',
  security: 'Sécurité',
  yourApps: 'Vos applications',
  build: 'Développement',
  accountNavigation: 'Compte',
  areas: { account: 'compte', admin: 'administration' },
};
