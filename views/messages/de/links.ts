import { html } from 'hono/html';
import type { links as english } from '../en/links.ts';

export const links: typeof english = {
  reset: {
    title: 'Wieder ins Konto',
    lead: 'Wir senden Ihnen einen Link, mit dem Sie ein neues Passwort festlegen. Er gilt 30 Minuten und nur einmal.',
    address: 'E-Mail-Adresse Ihres Kontos',
    notAnAddress: 'Das ist keine Adresse. Sie sieht aus wie name@example.com.',
    send: 'Link senden',
    back: 'Zurück zur Anmeldung',
  },
  sent: {
    title: 'Sehen Sie in Ihre E-Mails',
    lead: (address) =>
      html`Wenn ${address} hier ein Konto hat, ist ein Link unterwegs. Das sagen wir bei jeder Adresse, damit niemand herausfindet, wer ein Konto hat.`,
    nothing: 'Nach fünf Minuten noch nichts?',
    tips: ['Sehen Sie im Spam-Ordner nach.', 'War es eine andere Adresse? Versuchen Sie es mit dieser.'],
    again: 'Noch einmal senden',
    other: 'Andere Adresse verwenden',
    limits: 'Ein neuerer Link beendet den älteren. Höchstens zwei in einer halben Stunde und drei in einer Stunde.',
  },
  newPassword: {
    title: 'Neues Passwort festlegen',
    for: (address) => `Für ${address}.`,
    effect:
      'Danach müssen sich alle Browser und Apps, die das alte verwendet haben, neu anmelden. Wir teilen es Ihnen per E-Mail mit.',
    label: 'Neues Passwort',
    code: 'Code Ihres zweiten Schritts',
    codeHint: 'Aus Ihrer Authenticator-App, oder einer Ihrer Wiederherstellungscodes.',
    codeWrong:
      'Dieser Code hat nicht funktioniert. Er ist vielleicht vertippt, schon benutzt oder zu alt. Nichts wurde geändert.',
    tooMany: 'Zu viele Codes.',
    wait: (time) => `Nichts wurde geändert. Warten Sie ${time} und versuchen Sie es dann noch einmal.`,
    submit: 'Passwort festlegen und anmelden',
  },
  ended: {
    title: 'Dieser Link gilt nicht mehr',
    lead: 'Ein Link aus einer E-Mail gilt einmal und für begrenzte Zeit, und ein neuerer beendet ihn. Nichts wurde geändert.',
    again: {
      reset: 'Neuen Link anfordern',
      verify: 'Neuen Link anfordern',
      change: 'Neuen Link anfordern',
      undo: 'Per E-Mail wieder ins Konto',
      invite: 'Anmelden',
    },
    tips: [
      'Suchen Sie nach einer neueren E-Mail von uns: Ihr Link gilt vielleicht noch.',
      'Haben Sie den ganzen Link geöffnet? Manche Mailprogramme schneiden ihn ab.',
    ],
  },
  confirm: {
    verify: {
      title: 'Adresse bestätigen',
      lead: (address) => `Für ${address}.`,
      what: 'Bestätigen Sie, dass das Ihre Adresse ist. Apps, die sie sehen dürfen, können sich dann darauf verlassen.',
      button: 'Diese Adresse bestätigen',
    },
    change: {
      title: 'Andere Adresse verwenden',
      lead: (address, email) => `Das Konto von ${email} zieht um zu ${address}.`,
      what: 'Ab dann melden Sie sich mit der neuen Adresse an, und E-Mails gehen dorthin. Die alte Adresse erfährt davon und kann es 7 Tage lang rückgängig machen.',
      button: 'Diese Adresse verwenden',
    },
    undo: {
      title: 'Adressänderung rückgängig machen',
      lead: (address, email) => `Das Konto von ${email} kommt zurück zu ${address}.`,
      what: 'Wer Ihre Adresse ändern konnte, kannte vielleicht Ihr Passwort. Darum werden alle Browser abgemeldet, alle Apps verlieren ihren Zugriff, und das Passwort wird entfernt, ebenso Passkeys und andere Anmeldewege, die in der Woche vor der Änderung oder seither hinzugefügt wurden. Ein neues Passwort legen Sie mit einem Link fest, den wir an Ihre alte Adresse senden.',
      button: 'Rückgängig machen',
    },
  },
  done: {
    for: (email) => `Für ${email}.`,
    verify: {
      title: 'Ihre Adresse ist bestätigt',
      what: 'Erledigt.',
      todo: 'Apps, die Ihre Adresse sehen dürfen, können sich jetzt darauf verlassen.',
      go: 'Zu Ihrem Konto',
    },
    change: {
      title: 'Ihre Adresse ist geändert',
      what: 'Erledigt.',
      todo: 'Ab jetzt melden Sie sich mit der neuen Adresse an.',
      go: 'Zu Ihrem Konto',
    },
    undo: {
      title: 'Ihre Adresse ist wieder da',
      what: 'Alles andere ist beendet.',
      todo: 'Ein Link, mit dem Sie ein neues Passwort festlegen, ist zu Ihnen unterwegs.',
      go: 'Anmelden',
    },
  },
  taken: {
    title: 'Diese Adresse ist vergeben',
    lead: 'Sie hat ein eigenes Konto. Nichts wurde geändert.',
    what: 'Eine Adresse gehört zu einem Konto. Melden Sie sich mit ihr an, oder wählen Sie für dieses Konto eine andere.',
    go: 'Anmelden',
  },
};
