import { html } from 'hono/html';
import type { consent as english } from '../en/consent.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const consent: typeof english = {
  title: (app) => `${app} erlauben?`,
  titleMore: (app) => `${app} möchte mehr`,
  headingMore: (app) => html`${app} möchte mehr, als Sie erlaubt haben`,
  asksFor: 'Was die App möchte',
  new: (n) => plural(n, { one: '# Berechtigung ist neu', other: '# Berechtigungen sind neu' }),
  deny: 'Ablehnen',
  allow: 'Erlauben',
  optional: 'Freiwillig',
  nothingAsked:
    'Nichts von Ihnen. Die App erfährt nur, dass Sie hier ein Konto haben, und erkennt Sie beim nächsten Mal wieder.',
  upToYou: {
    onlyOne: 'Sie entscheiden: Kreuzen Sie an, was die App darf, oder lassen Sie es weg.',
    all: 'Sie entscheiden über alles: Kreuzen Sie an, was die App darf.',
    some: (n) =>
      plural(n, {
        one: 'Über eine Berechtigung entscheiden Sie: Kreuzen Sie sie an oder lassen Sie sie weg.',
        other: 'Über # Berechtigungen entscheiden Sie: Kreuzen Sie sie an oder lassen Sie sie weg.',
      }),
  },
  startedProgram: (app) => html`Haben Sie ${app} gerade selbst gestartet?`,
  ifNotProgram: 'Wenn nicht, lehnen Sie ab: Jedes Programm auf diesem Computer könnte hier fragen.',
  ifNotApp: 'Wenn nicht, lehnen Sie ab: Jede App auf diesem Gerät könnte hier fragen.',
  afterKeeps: (app, connectedApps) =>
    html`Wenn Sie ablehnen, behält ${app}, was Sie früher erlaubt haben. Das beenden Sie unter ${connectedApps}.`,
  afterUnchecked:
    'Nicht sicher? Lehnen Sie ab. Es wird nichts weitergegeben, und Sie können von der App aus neu beginnen.',
  afterChecked: (connectedApps) =>
    html`Die App sieht Ihr Passwort nie. Unter ${connectedApps} können Sie das jederzeit beenden.`,
  before: {
    heading: (on) => html`Das haben Sie am ${on} erlaubt`,
    leftOut: (titles) => html`Weggelassen haben Sie damals: ${titles}.`,
    notNow: (app) => html`${app} fragt jetzt nicht danach.`,
    stays: () => 'Dabei bleibt es.',
    again: (app) => html`${app} fragt wieder danach.`,
  },
  route: {
    account: 'Ihr Konto: ',
    notYou: 'Nicht Sie?',
    backTo: 'Danach geht es zurück zu: ',
    alsoTo: (places) => html`Sie kann Sie auch hierhin leiten: ${places}.`,
    loopback: 'ein Programm auf diesem Computer',
    'private-use': 'eine App auf diesem Gerät',
    device: 'das Gerät, das den Code gezeigt hat',
  },
  terms: {
    summary: 'Wer sie betreibt und zu welchen Bedingungen',
    lasts: 'Wie lange es gilt',
    runBy: 'Betreiber',
    checked: 'Was VibeCaaS geprüft hat',
    checkedWhat: (host) =>
      html`Wer die App betreibt${host && html` und dass ${host} dazugehört`}. Nicht, ob die App gut ist.`,
    purpose: 'Wofür sie da ist',
    promises: 'Was sie zusagt',
    privacyPolicy: 'Datenschutzerklärung',
    termsOfUse: 'Nutzungsbedingungen',
    help: 'Hilfe',
    whereHelp: 'Wo es Hilfe gibt',
    noPromises: 'Sie nennt weder Datenschutzerklärung noch Nutzungsbedingungen.',
    ownRules: 'Sie nennt eigene Regeln. Niemand bei VibeCaaS hat sie sich angesehen.',
    newWindow: ' (öffnet ein neues Fenster)',
    address: 'Adresse der App',
    answerTo: 'Die Antwort geht an',
    answerPlace: (host, place) => html`${host}, ${place}`,
    until: (day) =>
      html`Bis Sie die App trennen, bis sie 30 Tage nicht benutzt wurde, oder bis zum ${day}, je nachdem, was zuerst eintritt.`,
    anHour: 'Jeweils eine Stunde. Danach muss die App wieder hierher kommen.',
  },
  full: {
    title: (app) => `${app} kann niemanden mehr aufnehmen`,
    heading: (app) => html`${app} kann noch niemanden mehr aufnehmen`,
    lead: (n) =>
      `Niemand bei VibeCaaS hat geprüft, wer diese App betreibt. Bis dahin ${plural(n, { one: 'kann höchstens # Person', other: 'können höchstens # Personen' })} sie benutzen, und so viele sind es schon. Es wurde nichts weitergegeben.`,
    advice:
      'Sagen Sie es dem Entwickler der App, und versuchen Sie es noch einmal, wenn sie geprüft ist. Wer sie schon benutzt, kann weitermachen.',
    back: 'Zurück zur App',
    you: (email) => html`Sie sind ${email}.`,
    summary: 'Für Entwickler: was zu tun ist, und die Anfragenummer',
    error: (code) => html`${code}, sobald die Person zurückgeht`,
    wrong: (n) =>
      `Eine App, die nicht geprüft ist, steht höchstens ${plural(n, { one: '# Person', other: '# Personen' })} offen. Diese hat die Grenze erreicht, und diese Person hatte sie noch nicht erlaubt.`,
    fix: 'Bitten Sie VibeCaaS, Ihre App zu prüfen: Sagen Sie, wer sie betreibt, und nennen Sie Startseite, Datenschutzerklärung und eine Adresse für Fragen. Wer die App trennt, macht Platz für jemand anderen.',
  },
  handOver: {
    title: (app) => `Zurück zu ${app}`,
    heading: (app) => html`Zurück zu ${app}`,
    lead: 'Ihre Antwort ist unterwegs.',
    oneStep: 'Ein Schritt fehlt noch',
    byItself: 'Er geschieht von selbst. Wenn diese Seite stehen bleibt, drücken Sie „Weiter“.',
    submit: 'Weiter',
  },
};
