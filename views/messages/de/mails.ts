import type { mails as english } from '../en/mails.ts';

export const mails: typeof english = {
  never: 'VibeCaaS fragt nie per E-Mail nach Ihrem Passwort, einem Code oder einem Schlüssel.',
  hasAccount: (address, host) => `Sie erhalten diese E-Mail, weil die Adresse ${address} ein Konto bei ${host} hat.`,
  hadAccount: (address, host) => `Sie erhalten diese E-Mail, weil die Adresse ${address} ein Konto bei ${host} hatte.`,
  wasTyped: (address, host) =>
    `Sie erhalten diese E-Mail, weil jemand die Adresse ${address} bei ${host} eingegeben hat.`,
  wasInvited: (address, host) =>
    `Sie erhalten diese E-Mail, weil jemand bei ${host} die Adresse ${address} eingeladen hat.`,
  when: 'Wann',
  asked: 'Angefordert',
  from: 'Von',
  how: 'Wie',
  app: 'Für',
  newAddress: 'Neue Adresse',
  passkey: 'Passkey',
  wasYou: 'Waren Sie das?',
  nothingToDo: 'Dann müssen Sie nichts tun.',
  wasNotYou: 'Das waren nicht Sie?',
  wasNotYouChange:
    'Legen Sie jetzt ein neues Passwort fest. Damit werden alle Browser abgemeldet und alle Apps getrennt. Sehen Sie danach nach, was in Ihrem Konto geschehen ist.',
  setPassword: 'Neues Passwort festlegen',
  linkUntil: (until) => `Der Link gilt bis ${until} und nur einmal.`,

  verifySubject: 'Bestätigen Sie Ihre Adresse',
  verifyPreview: 'Der Link gilt 24 Stunden und nur einmal.',
  verifyLead:
    'Ist das Ihre Adresse? Dann bestätigen Sie sie, damit Apps, die sie sehen dürfen, sich darauf verlassen können:',
  verifyButton: 'Diese Adresse bestätigen',
  verifyNotYou: 'Dann tun Sie nichts. Die Adresse bleibt unbestätigt.',

  resetSubject: 'Neues Passwort festlegen',
  resetPreview: 'Der Link gilt 30 Minuten und nur einmal.',
  resetLead: 'Jemand hat diesen Link für Ihr VibeCaaS-Konto angefordert. Wenn Sie es waren, geht es hier weiter:',
  resetSecondStep: 'Er fragt auch nach Ihrem zweiten Schritt.',
  resetNotYou:
    'Dann tun Sie nichts. Ihr Passwort bleibt, wie es ist, und ohne Ihre E-Mails kann niemand diesen Link benutzen.',

  passwordSubject: 'Ihr Passwort wurde geändert',
  passwordPreview: 'Waren Sie das? Wenn nicht, legen Sie jetzt ein anderes fest.',
  passwordLead: {
    person:
      'Jemand, der das alte Passwort kannte, hat ein neues festgelegt. Alle anderen Browser wurden abgemeldet, und alle Verbindungen Ihrer Apps sind beendet.',
    link: 'Jemand hat mit einem Link aus Ihren E-Mails ein neues Passwort festgelegt. Alle Browser wurden abgemeldet, und alle Verbindungen Ihrer Apps sind beendet.',
    admin:
      'Ein Administrator hat für Ihr Konto ein neues Passwort festgelegt. Alle Browser wurden abgemeldet, und alle Verbindungen Ihrer Apps sind beendet.',
  },

  browserSubject: (browser) => `Neue Anmeldung: ${browser}`,
  browserSubjectUnknown: 'Neue Anmeldung in Ihrem Konto',
  browserPreview: 'Waren Sie das? Wenn nicht, beenden Sie sie jetzt.',
  browserLead: 'Ihr Konto wurde in einem Browser benutzt, den wir noch nicht kannten.',
  browserEnd:
    'Beenden Sie die Sitzung jetzt. Die Seite meldet diesen Browser ab. Legen Sie dann ein neues Passwort fest.',
  browserButton: 'Sehen, wo Sie angemeldet sind',
  browserWhy: 'Wir schreiben bei jedem neuen Browser. Das lässt sich nicht abschalten, denn so erfahren Sie davon.',
  methods: {
    pwd: 'Passwort',
    otp: 'Code aus Ihrer Authenticator-App',
    rcv: 'Wiederherstellungscode',
    passkey: 'Passkey',
    fed: 'ein anderes Konto von Ihnen',
  },
  factorNames: {
    totp: 'eine Authenticator-App',
    recovery_codes: 'neue Wiederherstellungscodes',
    passkey: 'einen Passkey',
    upstream: 'einen weiteren Zugang',
  },
  factorAddedSubject: (factor) => `Ihr Konto hat jetzt ${factor}`,
  factorAddedPreview: 'Waren Sie das?',
  factorAddedLead: 'Das wurde Ihrem Konto eben hinzugefügt. Von jetzt an kann man sich damit anmelden.',
  factorRemovedNames: {
    totp: 'Ihre Authenticator-App wurde entfernt',
    recovery_codes: 'Ihre Wiederherstellungscodes wurden entfernt',
    passkey: 'Ein Passkey wurde entfernt',
    upstream: 'Ein Zugang wurde entfernt',
  },
  factorRemovedPreview: 'Waren Sie das?',
  factorRemovedLead: 'Damit kann man sich nicht mehr anmelden.',
  factorRemovedByAdmin: 'Ein Administrator hat das getan. Damit kann man sich nicht mehr anmelden.',

  recoverySubject: 'Ein Wiederherstellungscode wurde benutzt',
  recoveryPreview: (left) => (left === 0 ? 'Sie haben keinen mehr.' : `Sie haben noch ${left}.`),
  recoveryLead: (left) => {
    if (left === 0) {
      return 'Jemand hat sich mit Ihrem letzten Wiederherstellungscode angemeldet. Erzeugen Sie neue, damit Sie auch ohne Ihre Authenticator-App in Ihr Konto kommen.';
    }
    return `Jemand hat sich mit einem Ihrer Wiederherstellungscodes angemeldet. Sie haben noch ${left === 1 ? 'einen' : left}.`;
  },

  changeSubject: 'Bestätigen Sie Ihre neue Adresse',
  changePreview: 'Der Link gilt 24 Stunden und nur einmal.',
  changeLead: (from) =>
    `Das VibeCaaS-Konto von ${from} soll zu dieser Adresse umziehen. Wenn Sie das wollten, bestätigen Sie es:`,
  changeNotYou: 'Dann tun Sie nichts. Das Konto bleibt, wo es ist.',

  changedSubject: 'Ihre Adresse wurde geändert',
  changedPreview: 'Waren Sie das? Wenn nicht, können Sie es 7 Tage lang rückgängig machen.',
  changedLead: (to) => `Ab jetzt melden Sie sich mit ${to} an, und E-Mails gehen dorthin.`,
  changedUndo: (until) =>
    `Machen Sie es bis ${until} rückgängig. Das bringt diese Adresse zurück, meldet alle Browser ab, trennt alle Apps und entfernt das Passwort.`,
  changedButton: 'Änderung rückgängig machen',

  lockedSubject: 'Jemand versucht, sich in Ihrem Konto anzumelden',
  lockedPreview: 'Viele falsche Passwörter wurden versucht.',
  lockedLead:
    'Für Ihr Konto wurden viele falsche Passwörter versucht. Neue Browser müssen deshalb vor dem nächsten Versuch warten. Browser, in denen Sie schon angemeldet waren, nicht.',
  lockedTodo: 'Ihr Passwort hat gehalten. Wenn Sie es auch anderswo verwenden, legen Sie ein anderes fest.',

  invitationSubject: 'Sie sind zu VibeCaaS eingeladen',
  invitationPreview: 'Der Link gilt 7 Tage und nur einmal.',
  invitationLead: (by) =>
    `${by} hat bei VibeCaaS einen Platz für Sie eingerichtet. Legen Sie ein Passwort fest, und Sie sind dabei.`,
  registerSubject: 'Ihr VibeCaaS-Konto fertigstellen',
  registerLead: 'Jemand möchte mit dieser Adresse ein VibeCaaS-Konto. Wenn Sie es sind, legen Sie ein Passwort fest:',
  invitationButton: 'Konto anlegen',
  invitationStrange: 'Sie haben das nicht erwartet?',
  invitationNotYou: 'Dann tun Sie nichts. Ohne diesen Link kann niemand mit Ihrer Adresse ein Konto anlegen.',

  inUseSubject: 'Sie haben schon ein Konto',
  inUsePreview: 'Jemand wollte Ihre Adresse für ein anderes verwenden.',
  inUseLead:
    'Jemand wollte diese Adresse für ein VibeCaaS-Konto verwenden. Sie hat schon eines, darum ist nichts geschehen. Wenn Sie es waren, melden Sie sich an. Haben Sie Ihr Passwort vergessen, legen Sie ein neues fest.',
  inUseNotYou: 'Dann müssen Sie nichts tun.',
  inUseButton: 'Anmelden',

  deletedSubject: 'Ihr Konto wurde gelöscht',
  deletedPreview: 'Nichts davon lässt sich zurückholen.',
  deletedLead: 'Ihr VibeCaaS-Konto ist gelöscht, mit allem, was Apps darin durften. Niemand kann es zurückholen.',
  deletedNotYou: 'Sagen Sie es dem Betreiber dieses Servers, und wann es geschehen ist.',
};
