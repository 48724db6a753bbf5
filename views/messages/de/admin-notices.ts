import type { adminNotices as english } from '../en/admin-notices.ts';

export const adminNotices: typeof english = {
  created: {
    what: 'Der Client ist registriert.',
    todo: 'Er funktioniert ab jetzt.',
  },
  ruled: {
    what: 'Die Regel ist gespeichert.',
    todo: 'Sie gilt ab jetzt, auf jedem Knoten.',
  },
  saved: {
    what: 'Die Änderungen sind gespeichert.',
    todo: 'Sie gelten ab jetzt.',
  },
  unchanged: {
    what: 'Nichts war anders.',
    todo: 'Deshalb wurde nichts gespeichert.',
  },
  'key-networks': {
    what: 'Die Netze des Schlüssels sind gespeichert.',
    todo: 'Die Gateways folgen innerhalb einer Sekunde.',
  },
  'key-revoked': {
    what: 'Der Schlüssel ist widerrufen.',
    todo: 'Jeder Aufruf damit wird innerhalb einer Sekunde abgelehnt.',
  },
  'secret-removed': {
    what: 'Das Geheimnis ist entfernt.',
    todo: 'Es funktioniert ab sofort nicht mehr.',
  },
  disabled: {
    what: 'Der Client ist gesperrt.',
    todo: 'Alle seine Token sind beendet.',
  },
  enabled: {
    what: 'Der Client funktioniert wieder.',
    todo: 'Frühere Token bleiben beendet.',
  },
  verified: {
    what: 'Der Client ist geprüft.',
    todo: 'Name und Betreiber gelten als Tatsachen.',
  },
  submitted: {
    what: 'Der Client ist in Prüfung.',
    todo: 'Er funktioniert inzwischen.',
  },
  'sent-back': {
    what: 'Der Client ist wieder ein Entwurf.',
    todo: 'Er funktioniert und gilt als nicht geprüft.',
  },
  'given-back': {
    what: 'Das Feld ist zurückgegeben.',
    todo: 'Was der Client dort sagt, zählt wieder.',
  },
  'document-read': {
    what: 'Das Dokument wurde gelesen.',
    todo: 'Was es jetzt sagt, steht unten.',
  },
  logo: {
    what: 'Das Logo ist gespeichert.',
    todo: 'Es wird angezeigt, sobald der Client geprüft ist, außer bei Apps von VibeCaaS selbst.',
  },
  'logo-removed': {
    what: 'Das Logo ist entfernt.',
    todo: 'Keine Seite zeigt es mehr.',
  },
  deleted: {
    what: 'Der Client ist gelöscht.',
    todo: 'Seine Geheimnisse, Zustimmungen und Token sind weg.',
  },
  'webhook-saved': {
    what: 'Der Webhook ist gespeichert.',
    todo: 'Ereignisse gehen ab jetzt dorthin.',
  },
  'webhook-off': {
    what: 'Der Webhook ist gespeichert.',
    todo: 'Er ist aus: Es werden keine Ereignisse gesendet.',
  },
  'webhook-tested': {
    what: 'Das Testereignis ist unterwegs.',
    todo: 'Laden Sie diese Seite neu, um zu sehen, wie es ausging.',
  },
  'webhook-replayed': {
    what: 'Es wird noch einmal gesendet.',
    todo: 'Laden Sie diese Seite neu, um zu sehen, wie es ausging.',
  },
  'webhook-nothing': {
    what: 'Seitdem ist nichts fehlgeschlagen.',
    todo: 'Deshalb wird nichts gesendet.',
  },
  'webhook-deleted': {
    what: 'Der Webhook ist entfernt.',
    todo: 'Es werden keine Ereignisse mehr gesendet.',
  },
  'stream-paused': {
    what: 'Der Stream ist angehalten.',
    todo: 'Sein Empfänger bekommt nichts, bis ein Admin ihn fortsetzt.',
  },
  'stream-enabled': {
    what: 'Der Stream läuft weiter.',
    todo: 'Sein Empfänger bekommt, was er verpasst hat.',
  },
  'stream-removed': {
    what: 'Der Stream ist entfernt.',
    todo: 'Sein Empfänger bekommt keine Signale mehr.',
  },
  'account-created': {
    what: 'Das Konto ist angelegt.',
    todo: 'Sein Eigentümer kann sich mit dem Passwort anmelden, das Sie gesetzt haben.',
  },
  'account-saved': {
    what: 'Das Konto ist geändert.',
    todo: 'Seine nächsten Token enthalten die Änderung.',
  },
  suspended: {
    what: 'Das Konto ist gesperrt.',
    todo: 'Seine Sitzungen und alle Token sind beendet.',
  },
  restored: {
    what: 'Mit dem Konto kann man sich wieder anmelden.',
    todo: 'Was mit der Sperre endete, bleibt beendet.',
  },
  password: {
    what: 'Das neue Passwort ist gesetzt.',
    todo: 'Frühere Sitzungen und Token sind beendet.',
  },
  'password-required': {
    what: 'Ein neues Passwort ist verlangt.',
    todo: 'Sitzungen sind beendet; die nächste Anmeldung fragt danach.',
  },
  'second-step-reset': {
    what: 'Zweiter Schritt und Passkeys sind entfernt.',
    todo: 'Sitzungen sind beendet, und nichts von dem Entfernten funktioniert mehr.',
  },
  'passkey-removed': {
    what: 'Der Passkey ist entfernt.',
    todo: 'Sitzungen sind beendet, und die Person erfährt es per E-Mail.',
  },
  'account-deleted': {
    what: 'Das Konto ist gelöscht.',
    todo: 'Seine Sitzungen, Zustimmungen und Token sind weg.',
  },
  invited: {
    what: 'Die Einladung ist unterwegs.',
    todo: 'Ihr Link funktioniert sieben Tage und einmal.',
  },
  'invitation-resent': {
    what: 'Die Einladung ist erneut gesendet.',
    todo: 'Der Link in der früheren E-Mail funktioniert nicht mehr.',
  },
  'invitation-withdrawn': {
    what: 'Die Einladung ist zurückgezogen.',
    todo: 'Ihr Link funktioniert nicht mehr.',
  },
  disconnected: {
    what: 'Die App ist getrennt.',
    todo: 'Ihr gesamter Zugriff auf dieses Konto ist beendet.',
  },
  'session-ended': {
    what: 'Die Sitzung ist beendet.',
    todo: 'In diesem Browser muss man sich neu anmelden.',
  },
  'signed-out': {
    what: 'Alle Sitzungen sind beendet.',
    todo: 'Die Apps bleiben verbunden.',
  },
  rotated: {
    what: 'Die Signaturschlüssel sind gewechselt.',
    todo: 'Jeder Knoten signiert innerhalb einer Sekunde mit dem nächsten Schlüssel.',
  },
  'admin-granted': {
    what: 'Dieses Konto ist jetzt ein Admin.',
    todo: 'Es kann alles, was Sie können.',
  },
  'admin-revoked': {
    what: 'Dieses Konto ist kein Admin mehr.',
    todo: 'Seine offenen Verwaltungsseiten funktionieren nicht mehr.',
  },
};
