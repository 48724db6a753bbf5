import type { address as english } from '../en/address.ts';

export const address: typeof english = {
  heading: 'E-Mail-Adresse',
  lead: 'Damit melden Sie sich an, und damit kommen Sie wieder in Ihr Konto.',
  confirmed: 'Bestätigt',
  notConfirmed: 'Nicht bestätigt',
  notConfirmedHint: 'Bestätigen Sie sie, damit Apps sich darauf verlassen können.',
  confirm: 'Link senden',
  next: 'Neue Adresse',
  nextHint: 'Wir senden einen Link dorthin. Bis Sie ihn öffnen, ändert sich nichts.',
  change: 'Adresse ändern',
  problems: {
    shape: 'sieht nicht aus wie name@example.com',
    same: 'ist die, die Sie schon haben',
  },
};
