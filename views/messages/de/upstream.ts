import { html } from 'hono/html';
import type { upstream as english } from '../en/upstream.ts';

export const upstream: typeof english = {
  or: 'oder',
  continueWith: (title) => html`Weiter mit ${title}`,
  ways: {
    heading: 'Andere Anmeldewege',
    lead: 'Konten bei anderen Anbietern, mit denen Sie sich hier anmelden.',
    notConnected: 'Nicht verbunden',
    never: (since) => html`Verbunden seit ${since} · nie verwendet`,
    used: (since, ago) => html`Verbunden seit ${since} · zuletzt verwendet: ${ago}`,
    connect: (title) => html`<span class="vh">${title} </span>Verbinden`,
    disconnect: (title) => html`<span class="vh">${title} </span>Trennen`,
  },
  notices: {
    connected: { what: 'Die Verbindung steht.', todo: 'Ab jetzt können Sie sich auch damit hier anmelden.' },
    disconnected: { what: 'Die Verbindung ist getrennt.', todo: 'Damit können Sie sich hier nicht mehr anmelden.' },
    needed: {
      what: 'Die Verbindung wurde nicht getrennt.',
      todo: 'Sie ist Ihr einziger Anmeldeweg. Richten Sie zuerst einen anderen ein: einen Passkey, ein Passwort oder ein weiteres verbundenes Konto.',
    },
  },
  toSecurity: 'Zurück zu „Sicherheit“',
  toSignIn: 'Zurück zur Anmeldung',
  signInHere: 'Stattdessen hier anmelden',
  tryAgain: (title) => `Noch einmal mit ${title}`,
  connectAgain:
    'Versuchen Sie es unter „Sicherheit“ noch einmal. Wenn es wieder geschieht, nennen Sie dem Betreiber dieses Servers die Anfragenummer unten.',
  problems: {
    down: (title) => ({
      title: `${title} ist gerade nicht erreichbar`,
      lead: 'Von dort kam keine Antwort oder eine Störungsmeldung. Nichts wurde geändert.',
      advice: ['Versuchen Sie es in einer Minute noch einmal, oder melden Sie sich auf einem anderen Weg an.'],
    }),
    refused: (title) => ({
      title: `${title} hat eine Antwort geschickt, die wir nicht annehmen können`,
      lead: 'Sie beweist nicht, wer Sie sind. Nichts wurde geändert.',
      advice: [
        'Beginnen Sie auf der Anmeldeseite neu, in einem einzigen Tab.',
        'Wenn es wieder geschieht, melden Sie sich auf einem anderen Weg an und nennen Sie dem Betreiber dieses Servers die Anfragenummer unten.',
      ],
    }),
    denied: (title) => ({
      title: `${title} hat Sie nicht angemeldet`,
      lead: 'Sie oder der Anbieter haben abgelehnt. Nichts wurde geändert.',
      advice: ['Wenn das ein Versehen war, beginnen Sie neu. Wenn nicht, melden Sie sich auf einem anderen Weg an.'],
    }),
    'not-asked': (title) => ({
      title: `${title} hat nicht gefragt, wer Sie sind`,
      lead: 'Was Sie vorhaben, braucht eine neue Anmeldung; verwendet wurde eine alte. Nichts wurde geändert.',
      advice: [`Melden Sie sich bei ${title} ab und beginnen Sie neu. Oder melden Sie sich auf einem anderen Weg an.`],
    }),
    unknown: (title) => ({
      title: `${title} öffnet hier kein Konto`,
      lead: `Sie haben sich bei ${title} angemeldet, aber das ist mit keinem Konto verbunden, das Sie hier nutzen können.`,
      advice: [
        'Wenn Sie ein Konto haben, melden Sie sich wie gewohnt an. Öffnen Sie dann „Sicherheit“ und verbinden Sie es unter „Andere Anmeldewege“.',
      ],
    }),
    'unknown-at-home': (title) => ({
      title: `${title} öffnet hier kein Konto`,
      lead: `Sie haben sich bei ${title} angemeldet, aber hier gibt es kein Konto, das Sie nutzen können.`,
      advice: [
        `Prüfen Sie, ob Ihre E-Mail-Adresse bei ${title} bestätigt ist.`,
        'Wenn ja, bitten Sie den Betreiber dieses Servers um Hilfe.',
      ],
    }),
    over: (title) => ({
      title: 'Diese Anmeldung ist vorbei',
      lead: `Diese Antwort von ${title} wurde schon verwendet, kam zu spät oder gehört zu einem anderen Browser. Nichts wurde geändert.`,
      advice: ['Beginnen Sie auf der Anmeldeseite neu, und bleiben Sie in einem Browser, bis Sie fertig sind.'],
    }),
    taken: (title) => ({
      title: `Dieses Konto bei ${title} ist anderswo verbunden`,
      lead: 'Es meldet bei einem anderen Konto hier an und kann das nur für eines tun. Nichts wurde geändert.',
      advice: [
        `Melden Sie sich mit ${title} an, um zu sehen, welches das ist. Trennen Sie es zuerst dort, unter „Sicherheit“.`,
      ],
    }),
    'has-another': (title) => ({
      title: `Sie haben schon ein anderes Konto bei ${title} verbunden`,
      lead: 'Es kann nur eines zugleich verbunden sein. Nichts wurde geändert.',
      advice: ['Trennen Sie zuerst das andere, unter „Sicherheit“.'],
    }),
  },
};
