import type { errors as english } from '../en/errors.ts';

export const errors: typeof english = {
  whatYouCanDo: 'Was Sie tun können',
  forDeveloper: 'Für Entwickler: was falsch war, und die Anfragenummer',
  forSupport: 'Für den Support: die Anfragenummer',
  requestId: 'Anfragenummer',
  time: 'Zeit',
  aboutServer: 'Über diesen Server',
  asItIsNow: 'Ansehen, wie es jetzt ist',
  developer: {
    error: 'Fehler',
    wrong: 'Was falsch war',
    received: 'Wir erhielten',
    fix: 'Wie es behoben wird',
  },
  cookiesOff: {
    title: 'Ihr Browser hat kein Cookie gesendet',
    lead: 'Zum Anmelden braucht es eines: Es trennt, was Sie hier tun, von dem, was andere tun. Es wurde nichts geändert.',
    advice: [
      'Erlauben Sie in den Einstellungen Ihres Browsers Cookies für diese Adresse. Auch ein privates Fenster oder eine Erweiterung, die Inhalte blockiert, kann sie ablehnen.',
      'Gehen Sie dann dorthin zurück, woher Sie kamen, und beginnen Sie neu. Wenn Sie einen Link aus einem anderen Browser geöffnet haben, beginnen Sie in diesem neu.',
    ],
  },
  appRemoved: {
    title: 'Diese App kann gerade nicht benutzt werden',
    lead: 'Sie wurde gesperrt oder entfernt, nachdem sie gefragt hatte. Ihr Zugriff ist beendet.',
    advice: ['Es gibt nichts mehr zu beantworten. Wenn Sie die App brauchen, wenden Sie sich an ihren Hersteller.'],
  },
  appChanged: {
    title: 'Diese App hat sich geändert',
    lead: 'Was sie über sich sagt oder wonach sie fragen darf, wurde geändert, nachdem sie gefragt hatte. Es wurde nichts weitergegeben.',
    advice: ['Gehen Sie zurück zur App und beginnen Sie dort neu. Sie kann nach dem fragen, was sie jetzt darf.'],
  },
  interactionOver: {
    title: 'Diese Seite ist abgelaufen',
    lead: 'Sie wurde schon beantwortet, war zu lange offen oder gehört zu einem anderen Browser, oder Sie haben sich inzwischen abgemeldet. Dass Sie sie noch einmal geöffnet haben, hat nichts geändert.',
    advice: [
      'Gehen Sie zurück zur App und beginnen Sie dort neu. Sie schickt Sie mit einer frischen Anfrage hierher.',
      'Wenn Sie die App erlaubt haben, gilt das: Unter Ihren verbundenen Apps steht, was sie darf.',
    ],
  },
  overload: {
    title: 'Wir können gerade nicht antworten',
    lead: 'VibeCaaS ist im Moment überlastet. Nichts von dem, was Sie gesendet haben, wurde ausgeführt.',
    advice: ['Warten Sie einige Sekunden und versuchen Sie es dann noch einmal.'],
  },
  tooManyTries: (wait) => ({
    title: 'Zu viele Versuche',
    lead: 'Zum Schutz der Konten muss das ein wenig warten.',
    advice: [`Warten Sie ${wait ?? 'einige Minuten'} und versuchen Sie es dann noch einmal.`],
  }),
  failed: {
    title: 'Hier ist etwas fehlgeschlagen',
    lead: 'Das liegt an uns, nicht an Ihnen.',
    advice: [
      'Versuchen Sie es gleich noch einmal. Wenn Sie ein Formular gesendet haben, sehen Sie zuerst nach, ob es gewirkt hat.',
      'Wenn es wieder geschieht, nennen Sie dem Betreiber dieses Servers die Anfragenummer unten.',
    ],
  },
  byStatus: {
    400: {
      title: 'Diese Anfrage ist nicht lesbar',
      lead: 'An Ihrem Konto wurde nichts geändert.',
      advice: ['Gehen Sie zurück, laden Sie die Seite neu und senden Sie sie noch einmal.'],
    },
    401: {
      title: 'Sie sind nicht angemeldet',
      lead: 'Diese Seite ist nur für Angemeldete. Es wurde nichts geändert.',
      advice: ['Melden Sie sich an und versuchen Sie es dann noch einmal.'],
    },
    403: {
      title: 'Dieses Formular wurde nicht angenommen',
      lead: 'Es kam nicht von seiner eigenen Seite, oder die Seite war zu lange offen. Es wurde nichts geändert.',
      advice: ['Öffnen Sie die Seite noch einmal und senden Sie das Formular von dort.'],
    },
    404: {
      title: 'Hier ist nichts',
      lead: 'Vielleicht ist die Adresse vertippt, oder was hier war, gibt es nicht mehr.',
      advice: ['Prüfen Sie die Adresse. Wenn eine App Sie hierher geschickt hat, sagen Sie es ihrem Entwickler.'],
    },
    405: {
      title: 'Diese Adresse nimmt solche Anfragen nicht an',
      lead: 'Sie gehört zu einem Formular oder zu einem Programm. Es wurde nichts geändert.',
      advice: ['Gehen Sie zu der Seite zurück, von der Sie kamen, und machen Sie dort weiter.'],
    },
    409: {
      title: 'Jemand anderes war schneller',
      lead: 'Was Sie ändern wollten, wurde inzwischen geändert. Von Ihnen wurde nichts gespeichert.',
      advice: ['Laden Sie die Seite neu und sehen Sie nach, wie es jetzt ist.'],
    },
    410: {
      title: 'Diese Seite ist abgelaufen',
      lead: 'Sie wurde schon benutzt oder war zu lange offen. Dass Sie sie noch einmal geöffnet haben, hat nichts geändert.',
      advice: ['Gehen Sie dorthin zurück, woher Sie kamen, und beginnen Sie neu.'],
    },
    413: {
      title: 'Dieses Formular ist zu groß',
      lead: 'Es ist größer als jedes unserer Formulare. Es wurde nichts gespeichert und nichts geändert.',
      advice: ['Gehen Sie zurück, kürzen Sie es und senden Sie es noch einmal.'],
    },
    503: {
      title: 'Wir können gerade nicht antworten',
      lead: 'Etwas, das wir brauchen, ist ausgefallen oder überlastet.',
      advice: [
        'Versuchen Sie es gleich noch einmal. Wenn Sie ein Formular gesendet haben, sehen Sie zuerst nach, ob es gewirkt hat.',
      ],
    },
  },
  request: {
    failed: {
      title: 'Hier ist etwas fehlgeschlagen',
      lead: 'Das liegt an uns, nicht an Ihnen und nicht an der App.',
      advice: [
        'Versuchen Sie es gleich noch einmal. Wenn es wieder geschieht, nennen Sie dem Betreiber dieses Servers die Anfragenummer unten.',
      ],
    },
    title: (app) => `${app ?? 'Die App'} hat eine Anfrage gesendet, die wir nicht annehmen können`,
    tab: 'Mit dieser Anfrage geht es nicht weiter',
    nothingShared: 'Es wurde nichts weitergegeben, und an Ihrem Konto wurde nichts geändert.',
    nobodySignedOut: 'Niemand wurde abgemeldet: Wenn Sie hier angemeldet waren, sind Sie es noch.',
    tryOnceMore: (app) =>
      `Gehen Sie zurück zu ${app ?? 'der App'} und versuchen Sie es noch einmal. Wenn diese Seite wieder erscheint, liegt der Fehler in der App: Schicken Sie ihrem Entwickler die Anfragenummer unten.`,
    signOutWithout:
      'Sie können sich auch ohne die App abmelden. Wenn diese Seite wieder erscheint, liegt der Fehler in der App: Schicken Sie ihrem Entwickler die Anfragenummer unten.',
    signOut: 'Bei VibeCaaS abmelden',
    asksInVain: (app) => `${app ?? 'Die App'} hat etwas verlangt, das sie nicht bekommen kann`,
    goOnOnly: (host) =>
      `Niemand bei VibeCaaS hat diese App geprüft. Gehen Sie nur weiter, wenn Sie ${host} kennen und dorthin wollen.`,
    goOnTo: (host) => `Weiter zu ${host}`,
    backTo: (host) => `Zurück zu ${host}`,
  },
  otherName: {
    title: 'Dieser Server heißt anders',
    lead: (issuer) => `Er antwortet nur als ${issuer}, damit sich niemand für ihn ausgeben kann.`,
    goTo: (host) => `Weiter zu ${host}`,
  },
};
