import { html } from 'hono/html';
import type { adminAccountEnd as english } from '../en/admin-account-end.ts';

export const adminAccountEnd: typeof english = {
  idElsewhere: 'ID anderswo',
  passkeyIsBoth: 'Keine Authenticator-App: Ein Passkey ist beide Schritte.',
  created: (day) => html`Seit ${day}`,
  lastUsed: (ago) => `zuletzt verwendet ${ago}`,
  neverUsed: 'nie verwendet',
  removeOne: (passkey) => html`Entfernen<span class="vh">: Passkey ${passkey}</span>`,
  removePasskeys: 'Alle Passkeys entfernen',
  passkey: {
    title: (passkey, account) => `Passkey ${passkey} von ${account} entfernen`,
    heading: (passkey, account) => html`Passkey ${passkey} von ${account} entfernen?`,
    effect: 'Mit diesem Passkey kann sich niemand mehr anmelden.',
    effectToo: 'Ohne einen anderen Zugang kommt die Person über einen Link aus ihrer E-Mail wieder hinein.',
    button: 'Passkey entfernen',
  },
  session: {
    title: (account) => `Eine Sitzung von ${account} beenden`,
    heading: (account) => html`Diese Sitzung von ${account} beenden?`,
    effect: 'In diesem Browser muss man sich neu anmelden.',
    button: 'Sitzung beenden',
  },
  deletion: {
    heading: 'Löschen',
    lead: 'Beendet alles und entfernt Name und Adresse endgültig.',
    own: (link) => html`Das sind Sie. Ihr eigenes Konto löschen Sie unter ${link}.`,
    offer: (account) => html`${account} löschen`,
  },
  remove: {
    title: (account) => `${account} löschen`,
    heading: (account) => html`${account} endgültig löschen?`,
    effect:
      'Name, Adresse, Zugänge und Zustimmungen sind dann weg. Das Audit-Protokoll behält die ID, mit den Browsern und Netzwerkadressen dessen, was geschehen ist.',
    told: 'Die Person erfährt es per E-Mail. Das lässt sich nicht rückgängig machen.',
    button: 'Endgültig löschen',
    address: (address) => html`Die Adresse ist ${address}`,
    confirm: 'Geben Sie zur Bestätigung die Adresse ein',
    notItsAddress: html`nicht die Adresse; nichts wurde gelöscht`,
    first: 'Vorher ist etwas zu tun.',
    lastAdmin: 'Das ist der einzige Admin: Ernennen Sie einen anderen.',
    owns: (clients, n) =>
      n === 1
        ? html`Dem Konto gehört ${clients}: Löschen Sie den Client, oder nennen Sie einen anderen Eigentümer.`
        : html`Dem Konto gehören ${clients}: Löschen Sie die Clients, oder nennen Sie einen anderen Eigentümer.`,
  },
};
