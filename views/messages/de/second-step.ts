import { html } from 'hono/html';
import type { secondStep as english } from '../en/second-step.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const secondStep: typeof english = {
  title: 'Noch ein Schritt',
  more: 'Sie sind angemeldet. Um fortzufahren, zeigen Sie, dass Sie Ihr Telefon bei sich haben.',
  app: {
    heading: 'Noch ein Schritt',
    lead: 'Ihr Passwort war richtig. Zeigen Sie jetzt, dass Sie Ihr Telefon bei sich haben.',
    leadElsewhere: 'Das hat geklappt. Zeigen Sie jetzt, dass Sie Ihr Telefon bei sich haben.',
    label: 'Code aus Ihrer Authenticator-App',
    hint: 'Sechs Ziffern. Sie wechseln alle 30 Sekunden.',
    todo: 'Vielleicht ist er falsch getippt, schon benutzt oder zu alt. Nehmen Sie den, den Ihre App jetzt zeigt.',
  },
  recovery: {
    heading: 'Wiederherstellungs\u00adcode verwenden',
    lead: 'Einer der zehn Codes, die Sie gesichert haben. Jeder gilt einmal.',
    label: 'Wiederherstellungscode',
    hint: 'Acht Buchstaben und Ziffern.',
    todo: 'Vielleicht ist er falsch getippt oder schon benutzt.',
  },
  signingIn: (email) => html`Anmeldung als ${email}.`,
  notYou: 'Nicht Sie?',
  go: 'Weiter',
  or: 'oder',
  useRecovery: 'Wiederherstellungs\u00adcode verwenden',
  useApp: 'Stattdessen einen Code aus der App eingeben',
  lost: 'Keine Codes mehr und kein Telefon?',
  lostLink: 'Was Sie dann tun können',
  wrong: 'Dieser Code hat nicht funktioniert.',
  tooMany: 'Zu viele Versuche.',
  wait: (time) => `Warten Sie ${time} und versuchen Sie es dann noch einmal.`,
  enrol: {
    title: 'Den zweiten Schritt einschalten',
    step: (n) => `Schritt ${n} von 2`,
    heading: 'Verbinden Sie Ihre Authenticator-App',
    lead: 'Danach braucht eine Anmeldung auch einen Code von Ihrem Telefon, außer mit einem Passkey. Ein gestohlenes Passwort allein ist dann nichts wert.',
    anyApp: 'Jede Authenticator-App ist geeignet, auch die in Ihrem Passwortmanager.',
    why: {
      admin: 'Administratoren brauchen einen zweiten Schritt.',
      everyone: 'Hier brauchen alle einen zweiten Schritt.',
      app: 'Diese App verlangt einen zweiten Schritt.',
    },
    scan: '1. Scannen Sie dies mit der App',
    qr: 'QR-Code mit demselben Schlüssel wie im Text darunter',
    cannotScan: 'Scannen geht nicht? Schlüssel stattdessen eintippen',
    account: (email) => html`Konto: ${email}. Art: zeitbasiert, 6 Ziffern, 30 Sekunden.`,
    type: '2. Geben Sie den Code ein, den die App zeigt',
    code: 'Code mit sechs Ziffern',
    wrongTodo:
      'Nehmen Sie den, den die App jetzt zeigt. Wenn es weiterhin nicht geht, prüfen Sie, ob die Uhr Ihres Telefons stimmt.',
    notNow: 'Nicht jetzt',
  },
  codes: {
    title: 'Sichern Sie Ihre zehn Codes',
    lead: 'Mit ihnen kommen Sie hinein, wenn Ihr Telefon verloren ist. Jeder gilt einmal. Bewahren Sie sie dort auf, wo Sie Unersetzliches aufbewahren: in einem Passwortmanager oder auf Papier in einer Schublade.',
    isOn: 'Der zweite Schritt ist eingeschaltet.',
    connected: 'Ihre App ist verbunden.',
    fresh: 'Das sind Ihre neuen Codes.',
    old: 'Die alten gelten nicht mehr.',
    ten: 'Ihre zehn Codes, nur jetzt zu sehen',
    file: 'Als Datei sichern',
    fileHead: (email, day) => `VibeCaaS-Wiederherstellungscodes von ${email}, erstellt am ${day}`,
    print: 'Drucken',
    copy: 'Kopieren',
    copied: 'Kopiert',
    saved: 'Ich habe sie gesichert',
    done: 'Fertig',
  },
  section: {
    heading: 'Zweiter Schritt',
    lead: 'Wird nach dem ersten Schritt einer Anmeldung verlangt, damit ein gestohlenes Passwort nicht genügt.',
    app: 'Authenticator-App',
    on: 'Ein',
    off: 'Aus',
    offHint: 'Mit ihr braucht eine Anmeldung auch einen Code von Ihrem Telefon.',
    turnOn: html`Einschalten<span class="vh">: der zweite Schritt</span>`,
    unused: (added) => html`Hinzugefügt am ${added} · nie benutzt`,
    used: (added, used) => html`Hinzugefügt am ${added} · zuletzt benutzt ${used}`,
    replace: html`Ersetzen<span class="vh">: Ihre Authenticator-App</span>`,
    turnOff: html`Ausschalten<span class="vh">: der zweite Schritt</span>`,
    required: 'Ihr Konto braucht ihn. Sie können die App ersetzen, ihn aber nicht ausschalten.',
    codes: 'Wiederherstellungscodes',
    left: (n) => `${n} von 10 übrig`,
    codesHint: 'Für den Fall, dass Ihr Telefon verloren ist. Neue Codes ersetzen die alten.',
    makeNew: 'Neue Codes erstellen',
    noneLeft: 'Kein Wiederherstellungscode ist übrig.',
    onlyLeft: (n) =>
      plural(n, {
        one: 'Nur noch # Wiederherstellungscode ist übrig.',
        other: 'Nur noch # Wiederherstellungscodes sind übrig.',
      }),
    lockedOut: (link) => html`Wenn Sie Ihr Telefon verlieren, könnten Sie ausgesperrt sein. ${link}.`,
  },
  confirm: {
    title: 'Bestätigen Sie, dass Sie es sind',
    old: (email) =>
      html`Sie haben sich vor mehr als zehn Minuten als ${email} angemeldet. Dafür wird Ihr Passwort noch einmal gebraucht; nichts, was Sie eingegeben haben, geht verloren.`,
    oldBoth: (email) =>
      html`Sie haben sich vor mehr als zehn Minuten als ${email} angemeldet. Dafür werden Ihr Passwort und ein Code noch einmal gebraucht; nichts, was Sie eingegeben haben, geht verloren.`,
    without: (email) =>
      html`Sie haben sich als ${email} ohne den zweiten Schritt angemeldet. Hier wird er gebraucht; nichts, was Sie eingegeben haben, geht verloren.`,
    anew: (email) =>
      html`Sie haben sich vor mehr als zehn Minuten als ${email} angemeldet. Dafür ist eine neue Anmeldung nötig.`,
    codeHint: 'Oder einer Ihrer Wiederherstellungscodes.',
    wrongPassword: 'Das ist nicht Ihr Passwort.',
    unchanged: 'Nichts wurde geändert.',
    submit: 'Bestätigen und weiter',
    signIn: 'Neu anmelden',
  },
};
