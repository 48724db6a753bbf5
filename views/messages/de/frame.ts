import type { frame as english } from '../en/frame.ts';

export const frame: typeof english = {
  skip: 'Zum Inhalt springen',
  documentation: 'Dokumentation',
  help: 'Hilfe',
  privacy: 'Datenschutz',
  terms: 'Nutzungsbedingungen',
  language: 'Sprache',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  admin: 'Verwaltung',
  yourAccount: 'Ihr Konto',
  connectedApps: 'Verbundene Apps',
  sessions: 'Sitzungen',
  activity: 'Aktivität',
  yourData: 'Ihre Daten',
  yourConnectedApps: 'Ihre verbundenen Apps',
  security: 'Sicherheit',
  yourApps: 'Ihre Apps',
  build: 'Entwickeln',
  accountNavigation: 'Konto',
  areas: { account: 'Konto', admin: 'Verwaltung' },
};
