import { html } from 'hono/html';
import type { adminFrame as english } from '../en/admin-frame.ts';

export const adminFrame: typeof english = {
  refused: (title) => `Noch nicht erledigt: ${title}`,
  area: 'Verwaltung',
  yourAccount: 'Ihr Konto',
  signOut: 'Abmelden',
  admin: 'Verwaltung',
  tabs: {
    home: 'Start',
    clients: 'Clients',
    unregistered: 'Nicht registrierte Apps',
    accounts: 'Konten',
    audit: 'Audit-Protokoll',
    keys: 'Signaturschlüssel',
    statistics: 'Statistik',
  },
  whatHappens: 'Was geschieht',
  why: 'Warum',
  onRecord: 'Es wird mit Ihrem Namen protokolliert.',
  goBack: 'Zurück',
  reason: 'Grund, fürs Protokoll',
  reasonHint: 'Andere lesen ihn: wer darum bat, und wozu.',
  reasonNeeded: html`erforderlich, denn andere lesen ihn`,
  dayProblem: html`muss ein Tag sein, etwa 2026-11-24`,
  typed: 'Ihre Eingabe',
  problem: (label, problem) => html`${label}: ${problem}.`,
  match: (count, n, asked) => html`${count} ${n === 1 ? 'passt' : 'passen'} zu ${asked}.`,
  clear: 'Zurücksetzen',
};
