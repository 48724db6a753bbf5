import { html } from 'hono/html';
import type { passkeys as english } from '../en/passkeys.ts';

export const passkeys: typeof english = {
  signIn: 'Mit einem Passkey anmelden',
  use: 'Passkey verwenden',
  useInstead: 'Stattdessen einen Passkey verwenden',
  typeCode: 'Stattdessen einen Code eingeben',
  stopped: 'Es wurde nichts gesendet. Drücken Sie noch einmal auf die Schaltfläche, oder nehmen Sie einen anderen Weg.',
  unsupported:
    'Ein Passkey braucht einen Browser, der ihn unterstützt, und Skripte müssen für diese Seite erlaubt sein.',
  refused: {
    what: 'Dieser Passkey wurde nicht angenommen.',
    todo: 'Vielleicht wurde er aus Ihrem Konto entfernt. Nehmen Sie einen anderen Passkey oder einen anderen Weg.',
  },
  expired: {
    what: 'Diese Seite war zu lange offen.',
    todo: 'Mit Ihrem Passkey ist alles in Ordnung. Verwenden Sie ihn noch einmal.',
  },
  copied: {
    what: 'Dieser Passkey wurde vielleicht kopiert, darum wurde er nicht angenommen.',
    todo: 'Melden Sie sich auf einem anderen Weg an. Entfernen Sie ihn dann unter „Sicherheit“, und fügen Sie einen neuen hinzu.',
  },
  step: {
    heading: 'Mit Ihrem Passkey bestätigen',
    lead: 'Ihr Browser fragt nach Fingerabdruck, Gesicht oder Gerätesperre.',
    have: (names) => html`Halten Sie eines davon bereit: ${names}.`,
  },
  confirm: (email) =>
    html`Sie haben sich als ${email} angemeldet. Hierfür wird einer Ihrer Passkeys gebraucht; was Sie eingegeben haben, bleibt erhalten.`,
  section: {
    heading: 'Ihre Passkeys',
    lead: 'Ihr Fingerabdruck, Ihr Gesicht oder Ihre Gerätesperre. Nichts zu merken, nichts zu stehlen.',
    add: 'Passkey hinzufügen',
    rename: (name) => html`Umbenennen<span class="vh">: Passkey ${name}</span>`,
    remove: (name) => html`Entfernen<span class="vh">: Passkey ${name}</span>`,
    unused: (added) => html`Hinzugefügt am ${added} · nie benutzt`,
    used: (added, used) => html`Hinzugefügt am ${added} · zuletzt benutzt ${used}`,
    added: (name) => html`${name} ist hinzugefügt.`,
    addedTodo: 'Sie können sich ab jetzt damit anmelden.',
    renamed: (name) => html`${name} ist der neue Name.`,
    removed: (name) => html`${name} ist entfernt.`,
    removedTodo:
      'Damit kann sich niemand mehr anmelden. Löschen Sie ihn auch in Ihrem Passwortmanager. Haben Sie das Gerät verloren? Dann beenden Sie unter „Sitzungen“, was dort noch angemeldet ist.',
    last: 'Dieser Passkey ist Ihr einziger Anmeldeweg, darum wurde er nicht entfernt.',
    lastTodo: 'Fügen Sie zuerst einen anderen hinzu.',
  },
  create: {
    title: 'Passkey hinzufügen',
    lead: 'Ihr Browser fragt, wo er aufbewahrt werden soll, und dann nach Fingerabdruck, Gesicht oder Gerätesperre.',
    name: 'Name des Passkeys',
    nameHint: 'Wo er ist, damit Sie ihn wiedererkennen: „Laptop im Büro“, „Telefon“.',
    nameProblem: 'muss 1 bis 100 lesbare Zeichen haben',
    submit: 'Passkey erstellen',
    stopped: 'Es wurde kein Passkey erstellt. Drücken Sie noch einmal auf die Schaltfläche.',
    known: 'Dieses Gerät hat schon einen Passkey für Ihr Konto.',
    expiredTodo: 'Es wurde kein Passkey hinzugefügt. Drücken Sie noch einmal auf die Schaltfläche.',
    refusedTodo:
      'Er muss Fingerabdruck, Gesicht oder Gerätesperre prüfen. Versuchen Sie es noch einmal, oder wählen Sie einen anderen Ort dafür.',
    full: 'Es wurde kein Passkey hinzugefügt.',
    fullTodo:
      'Sie haben diesen schon, oder so viele, wie ein Konto haben darf. Entfernen Sie einen, den Sie nicht benutzen.',
  },
  rename: { title: 'Passkey umbenennen', submit: 'Namen speichern' },
};
