import { html } from 'hono/html';
import type { registration as english } from '../en/registration.ts';

export const registration: typeof english = {
  offer: 'Noch kein Konto?',
  start: {
    title: 'Konto anlegen',
    lead: 'Wir senden einen Link an Ihre Adresse, damit niemand außer Ihnen sie verwenden kann. Er gilt 24 Stunden und nur einmal.',
    address: 'Ihre E-Mail-Adresse',
  },
  sent: (address) =>
    html`Eine E-Mail an ${address} ist unterwegs. Das sagen wir bei jeder Adresse, damit niemand herausfindet, wer ein Konto hat.`,
  make: {
    title: 'Ihr Konto anlegen',
    lead: 'Sagen Sie uns, wie wir Sie nennen dürfen, und wählen Sie, wie Sie sich anmelden.',
    admin:
      'Sie sind als Admin eingeladen. Deshalb richten Sie danach einen zweiten Schritt ein, außer Sie wählen einen Passkey.',
    name: 'Ihr Name',
    nameHint: 'Apps sehen ihn nur, wenn Sie es erlauben.',
    password: 'Passwort wählen',
    submit: 'Konto anlegen',
    withPassword: 'Stattdessen ein Passwort verwenden',
    passkey: 'Konto mit Passkey anlegen',
    passkeyName: 'Erster Passkey',
    notMade: 'Es wurde kein Konto angelegt. Drücken Sie noch einmal auf die Schaltfläche.',
    notKept: 'Es wurde kein Konto angelegt. Versuchen Sie es noch einmal, oder verwenden Sie ein Passwort.',
  },
  taken: {
    title: 'Diese Adresse hat schon ein Konto',
    what: 'Es wurde kein weiteres Konto angelegt. Melden Sie sich wie gewohnt an. Wenn Sie Ihr Passwort vergessen haben, legen Sie dort ein neues fest.',
  },
  closed: {
    title: 'Hier kann zurzeit niemand ein Konto anlegen',
    lead: 'Die Konten dieses Servers legen die an, die ihn betreiben.',
    what: 'Bitten Sie dort um ein Konto oder um eine Einladung. Wenn Sie ein Konto haben, melden Sie sich an.',
  },
  invited: 'Bitten Sie, wer Sie eingeladen hat, um einen neuen.',
  help: 'Sie haben kein Konto',
  helpText:
    'Wenn Sie hier selbst eines anlegen können, steht auf der Anmeldeseite „Konto anlegen“. Sonst bitten Sie, wer diesen Server betreibt, um eine Einladung: eine E-Mail mit einem Link, der sieben Tage und nur einmal gilt.',
};
